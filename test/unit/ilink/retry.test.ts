import { retrying } from '../../../ilink/retry';
import { FakeClock, settle } from '../../support/fake-clock';

describe('retrying', () => {
  const clock = new FakeClock();
  const failingTimes = (times: number) => {
    let tries = 0;
    return async (): Promise<number> => {
      tries++;
      if (tries <= times) throw new Error(`failed ${tries}`);
      return tries;
    };
  };
  const tenSeconds = (): number => 10_000;

  it('gives the result of the try that succeeds, and pauses before each', async () => {
    const asked: number[] = [];
    const pauseAfter = (_error: unknown, tries: number): number => (asked.push(tries), 1_000 * tries);
    const result = retrying(failingTimes(2), pauseAfter, clock);
    await settle();
    await clock.advance(1_000);
    await clock.advance(2_000);
    expect(await result).toBe(3);
    expect(asked).toEqual([1, 2]);
    expect(clock.pending).toBe(0);
  });

  it('fails as the last try did when another one does not help', async () => {
    const once = (_error: unknown, tries: number): number | undefined => (tries < 2 ? 1_000 : undefined);
    const result = retrying(failingTimes(9), once, clock);
    const failed = expect(result).rejects.toThrow('failed 2');
    await settle();
    await clock.advance(1_000);
    await failed;
  });

  it('tries nothing again once it was aborted', async () => {
    await expect(
      retrying(failingTimes(9), tenSeconds, clock, AbortSignal.abort(new Error('over'))),
    ).rejects.toThrow('failed 1');
  });

  it('ends a pause at once with the reason of the abort', async () => {
    const abort = new AbortController();
    const result = retrying(failingTimes(9), tenSeconds, clock, abort.signal);
    const failed = expect(result).rejects.toThrow('over');
    await settle();
    abort.abort(new Error('over'));
    await failed;
    expect(clock.pending).toBe(0);
  });
});
