import { backoffMs, type Backoff } from '../ilink/backoff';

/** No longer than this, because a person waits in front of a code that lives two minutes. */
const FAILED: Backoff = { firstMs: 1_000, longestMs: 15_000, jitter: { from: 0.5, to: 1 } };

/**
 * The pause after so many failures in a row.
 *
 * @param failures from 1 on
 * @param chance 32 random bits
 */
export function failurePauseMs(failures: number, chance: number): number {
  return backoffMs(FAILED, failures, chance / 2 ** 32);
}

/** A poll that brings nothing new in less than this was not held; without a pause we would spin. */
const SHORTEST_ROUND_MS = 1_000;

/** The pause after a poll that brought nothing new. */
export function idlePauseMs(elapsedMs: number): number {
  return Math.max(0, SHORTEST_ROUND_MS - Math.max(0, elapsedMs));
}
