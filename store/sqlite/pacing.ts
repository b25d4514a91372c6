import type { Spacing, ThrottleNote } from '../conversations';
import type { Database } from './database';

/** What is further away than this was written by a clock that has been put back since. */
const FARTHEST_MS = 2 * 3_600_000;

export interface Pace {
  nextSendAt: number;
  gapMs: number;
  throttledUntil: number;
  throttles: number;
}

const NONE: Pace = { nextSendAt: 0, gapMs: 0, throttledUntil: 0, throttles: 0 };

/** A distance that was learnt is half of it after so long without a message, and forgotten when it is this small. */
const HALF_LIFE_MS = 10 * 60_000;
const FORGOTTEN_MS = 500;

function narrowed(gapMs: number, silentMs: number): number {
  const gap = Math.round(gapMs / 2 ** Math.max(0, Math.floor(silentMs / HALF_LIFE_MS)));
  return gap <= FORGOTTEN_MS ? 0 : gap;
}

/** How fast messages go to one person. All methods are parts of the caller's transaction. */
export class SqlitePacing {
  constructor(private readonly database: Database) {}

  of(bot: string, userId: string, now: number): Pace {
    const sql = `SELECT next_send_at AS nextSendAt, gap_ms AS gapMs, throttled_until AS throttledUntil, throttles
      FROM pacing WHERE bot = ? AND user_id = ?`;
    const pace = this.database.get<Pace>(sql, bot, userId) ?? NONE;
    const sane = (at: number): number => (at > now + FARTHEST_MS ? 0 : at);
    const nextSendAt = sane(pace.nextSendAt);
    const gapMs = narrowed(pace.gapMs, now - nextSendAt);
    return { ...pace, nextSendAt, gapMs, throttledUntil: sane(pace.throttledUntil) };
  }

  /** Takes the next slot. @returns when it begins, milliseconds since 1970 */
  take(bot: string, userId: string, pace: Pace, { now, gapMs }: Spacing): number {
    const slotAt = Math.max(now, pace.nextSendAt);
    const distanceMs = Math.max(gapMs, pace.gapMs);
    // Without a distance the next one may go as soon as this one.
    if (distanceMs > 0) this.setNext(bot, userId, slotAt + distanceMs, pace.gapMs);
    return slotAt;
  }

  /** A message went out until now: the next one keeps its distance from there. */
  ended(bot: string, userId: string, pace: Pace, { now, gapMs }: Spacing): void {
    const nextAt = now + Math.max(gapMs, pace.gapMs);
    if (nextAt > pace.nextSendAt) this.setNext(bot, userId, nextAt, pace.gapMs);
  }

  throttled(bot: string, userId: string, { until, gapMs }: ThrottleNote): void {
    const sql = `INSERT INTO pacing (bot, user_id, gap_ms, throttled_until, throttles) VALUES (?, ?, ?, ?, 1)
      ON CONFLICT DO UPDATE SET gap_ms = excluded.gap_ms, throttled_until = excluded.throttled_until, throttles = throttles + 1`;
    this.database.run(sql, bot, userId, gapMs, until);
  }

  /** The server took one at this distance: the next may come a little sooner. */
  accepted(bot: string, userId: string, { gapMs }: Pace): void {
    if (gapMs === 0) return;
    const sql = 'UPDATE pacing SET gap_ms = ? WHERE bot = ? AND user_id = ?';
    this.database.run(sql, narrowed(gapMs - Math.ceil(gapMs / 16), 0), bot, userId);
  }

  /** The server takes messages again, or the person wrote. */
  relieved(bot: string, userId: string): void {
    const sql =
      'UPDATE pacing SET throttled_until = 0, throttles = 0 WHERE bot = ? AND user_id = ? AND throttles > 0';
    this.database.run(sql, bot, userId);
  }

  forget(bot: string, userId: string): void {
    this.database.run('DELETE FROM pacing WHERE bot = ? AND user_id = ?', bot, userId);
  }

  private setNext(bot: string, userId: string, at: number, gapMs: number): void {
    const sql = `INSERT INTO pacing (bot, user_id, next_send_at, gap_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET next_send_at = excluded.next_send_at, gap_ms = excluded.gap_ms`;
    this.database.run(sql, bot, userId, at, gapMs);
  }
}
