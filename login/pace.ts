const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * The pause after so many failures in a row: doubling up to 15 s, because a person waits in front of a code that lives two
 * minutes. Between half of it and all of it, so that many clients do not come back at once.
 *
 * @param failures from 1 on
 * @param chance 32 random bits
 */
export function failurePauseMs(failures: number, chance: number): number {
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(pauseMs * (0.5 + chance / 2 ** 33));
}

/** A poll that brings nothing new in less than this was not held; without a pause we would spin. */
const SHORTEST_ROUND_MS = 1_000;

/** The pause after a poll that brought nothing new. */
export function idlePauseMs(elapsedMs: number): number {
  return Math.max(0, SHORTEST_ROUND_MS - Math.max(0, elapsedMs));
}
