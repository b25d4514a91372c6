import { isBusy } from './failures';
import { pause } from './steps';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/** How long to wait before the next try: twice as long each time, and never the same for two that wait for each other. */
export function pauseMs(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries) * (0.5 + Math.random());
}

/**
 * Tries again while another connection has the file, without holding up anybody.
 *
 * @param timeoutMs after which it fails as the last try did
 */
export async function whenFree<Result>(
  action: () => Result | Promise<Result>,
  timeoutMs: number,
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  for (let tries = 1; ; tries++) {
    try {
      return await action();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await pause(pauseMs(tries));
  }
}
