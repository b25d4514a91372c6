/** How pauses grow while something goes on failing: each is twice as long as the one before. */
export interface Backoff {
  firstMs: number;
  /** No pause is longer. Without it they are bounded by how often it is tried. */
  longestMs?: number;
  /** Without it the pauses are exact. */
  jitter?: Jitter;
}

/** A pause becomes between `from` times and `to` times as long, so that many who failed together do not come back together. */
export interface Jitter {
  from: number;
  to: number;
}

/** How something is tried again within one call. */
export interface RetryPolicy extends Backoff {
  /** The first try included. */
  maxTries: number;
  /** A server that asks for a longer pause than this is not tried again. */
  longestAskedMs?: number;
}

/** More doublings than any pause lasts: a count that goes on for years stays a number. */
const MAX_DOUBLINGS = 30;

/**
 * The pause after so many failures in a row.
 *
 * @param failures this one included, so from 1 on
 * @param random a number from 0 up to 1, for the jitter
 */
export function backoffMs(
  { firstMs, longestMs = Infinity, jitter }: Backoff,
  failures: number,
  random = 0,
): number {
  const pauseMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, MAX_DOUBLINGS));
  return jitter ? spreadMs(pauseMs, jitter, random) : pauseMs;
}

/** @param random a number from 0 up to 1 */
export function spreadMs(pauseMs: number, { from, to }: Jitter, random: number): number {
  return Math.round(pauseMs * (from + random * (to - from)));
}

/**
 * How long to wait before the next try; nothing when there is none.
 *
 * @param tries how often it was tried, the failed one included
 * @param askedMs the pause that the server asked for (`Retry-After`); 0 for none. It is never tried sooner
 */
export function nextTryMs(policy: RetryPolicy, tries: number, askedMs = 0): number | undefined {
  const { maxTries, longestAskedMs = Infinity } = policy;
  if (tries >= maxTries || askedMs > longestAskedMs) return undefined;
  return Math.max(askedMs, backoffMs(policy, tries));
}
