/** The time, as everything here that reads or waits for it takes it: tests pass one that they move themselves. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls `callback` after `delayMs`; the returned function takes the call back.
   *
   * @param background whether the process may end before (for clean-up that its end makes needless)
   */
  after(delayMs: number, callback: () => void, background?: boolean): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback, background) {
    const timer = setTimeout(callback, delayMs);
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Waits `delayMs`, or until `signal` aborts, whichever comes first. It never rejects: the caller looks at the signal.
 * The abort listener is taken off again, or a loop that lives for weeks would pile them up on one signal.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = (): void => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
