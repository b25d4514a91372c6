import { sleep, type Clock } from './clock';

/**
 * Does something until it succeeds, or until there is no pause after which it would be tried again.
 *
 * @param pauseAfter milliseconds before the next try; nothing when it would not help. `tries` includes the failed one
 * @throws what the last try failed with, or the signal's reason when it was aborted during a pause
 */
export async function retrying<Result>(
  action: () => Promise<Result>,
  pauseAfter: (error: unknown, tries: number) => number | undefined,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    let pauseMs: number | undefined;
    try {
      return await action();
    } catch (error) {
      pauseMs = pauseAfter(error, tries);
      if (pauseMs === undefined || signal?.aborted) throw error;
    }
    await sleep(clock, pauseMs, signal);
    signal?.throwIfAborted();
  }
}
