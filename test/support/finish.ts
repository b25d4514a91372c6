import { settle, type FakeClock } from './fake-clock';

/** Moves the time on as far as it takes until a promise has settled. */
export async function finish<Result>(clock: FakeClock, promise: Promise<Result>): Promise<Result> {
  let settled = false;
  const done = (): void => void (settled = true);
  promise.then(done, done);
  for (let round = 0; round < 1_000; round++) {
    // Everything that needs no time happens first, however many steps it takes.
    await settle();
    await settle();
    if (settled) break;
    if (clock.nextInMs !== undefined) await clock.advance(clock.nextInMs);
  }
  if (!settled) throw new Error('It waits for something that never comes');
  return promise;
}
