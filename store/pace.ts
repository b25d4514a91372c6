import type { Spacing } from './conversations';

/** How fast messages go to one person, as it is kept. */
export interface Pace {
  /** Before this nothing goes out, so that messages keep their distance. Milliseconds since 1970. */
  nextSendAt: number;
  /** The distance that was learnt; 0 for none. */
  gapMs: number;
  throttledUntil: number;
  /** How often in a row the server refused what it may have throttled. */
  throttles: number;
}

const NONE: Pace = { nextSendAt: 0, gapMs: 0, throttledUntil: 0, throttles: 0 };
/** What is further away than this was written by a clock that has been put back since. */
const FARTHEST_MS = 2 * 3_600_000;
/** A distance that was learnt is half of it after so long without a message, and forgotten when it is this small. */
const HALF_LIFE_MS = 10 * 60_000;
const FORGOTTEN_MS = 500;

/** What the kept pace means now. */
export function paceAt(kept: Pace | undefined, now: number): Pace {
  const pace = kept ?? NONE;
  const sane = (at: number): number => (at > now + FARTHEST_MS ? 0 : at);
  const nextSendAt = sane(pace.nextSendAt);
  return {
    ...pace,
    nextSendAt,
    gapMs: narrowed(pace.gapMs, now - nextSendAt),
    throttledUntil: sane(pace.throttledUntil),
  };
}

/** The slot of the next message, and when the one after it may go; nothing when that is as soon as this one. */
export function nextSlot(pace: Pace, { now, gapMs }: Spacing): { slotAt: number; nextAt?: number } {
  const slotAt = Math.max(now, pace.nextSendAt);
  const distanceMs = Math.max(gapMs, pace.gapMs);
  return distanceMs > 0 ? { slotAt, nextAt: slotAt + distanceMs } : { slotAt };
}

/** A message went out until now: when the next one may go; nothing when it waits for longer already. */
export function nextAfter(pace: Pace, { now, gapMs }: Spacing): number | undefined {
  const nextAt = now + Math.max(gapMs, pace.gapMs);
  return nextAt > pace.nextSendAt ? nextAt : undefined;
}

/** The distance after the server took one at this distance: the next may come a little sooner. */
export function shorterGap({ gapMs }: Pace): number {
  return narrowed(gapMs - Math.ceil(gapMs / 16), 0);
}

function narrowed(gapMs: number, silentMs: number): number {
  const gap = Math.round(gapMs / 2 ** Math.max(0, Math.floor(silentMs / HALF_LIFE_MS)));
  return gap <= FORGOTTEN_MS ? 0 : gap;
}
