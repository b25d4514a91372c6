import { backoffMs, type Backoff } from '../../ilink/backoff';

/**
 * The first pause covers "three within a second", the first five together "seven in five minutes"; both were reported. Every try can
 * lengthen a penalty, so in the end it is asked once an hour, until the window is over.
 */
const THROTTLED: Backoff = { firstMs: 15_000, longestMs: 3_600_000, jitter: { from: 0.9, to: 1.1 } };
/** Between two messages to one person, unless the request says otherwise: two within a second trip no throttle that is known of. */
export const DEFAULT_GAP_MS = 500;
/** A gap that was learnt does not grow beyond this. */
const LONGEST_GAP_MS = 4_000;

/**
 * How long nothing is tried after WeChat refused a message that it may have throttled.
 *
 * @param inARow how often it did so before, without taking one in between
 * @param random a number from 0 up to 1: many that wait do not come back at the same moment
 */
export function throttlePauseMs(inARow: number, random: number): number {
  return backoffMs(THROTTLED, inARow + 1, random);
}

/** The gap that is kept from now on after one of `gapMs` was too short. */
export function widerGapMs(gapMs: number): number {
  return Math.min(LONGEST_GAP_MS, Math.max(DEFAULT_GAP_MS, gapMs) * 2);
}
