import type { Spacing, ThrottleNote } from '../conversations';
import { nextAfter, nextSlot, paceAt, shorterGap, type Pace } from '../pace';
import type { Database } from './database';

/** How fast messages go to one person. All methods are parts of the caller's transaction. */
export class SqlitePacing {
  constructor(private readonly database: Database) {}

  of(bot: string, userId: string, now: number): Pace {
    const sql = `SELECT next_send_at AS nextSendAt, gap_ms AS gapMs, throttled_until AS throttledUntil, throttles
      FROM pacing WHERE bot = ? AND user_id = ?`;
    return paceAt(this.database.get<Pace>(sql, bot, userId), now);
  }

  /** Takes the next slot. @returns when it begins, milliseconds since 1970 */
  take(bot: string, userId: string, pace: Pace, spacing: Spacing): number {
    const { slotAt, nextAt } = nextSlot(pace, spacing);
    if (nextAt !== undefined) this.setNext(bot, userId, nextAt, pace.gapMs);
    return slotAt;
  }

  /** A message went out until now: the next one keeps its distance from there. */
  ended(bot: string, userId: string, pace: Pace, spacing: Spacing): void {
    const nextAt = nextAfter(pace, spacing);
    if (nextAt !== undefined) this.setNext(bot, userId, nextAt, pace.gapMs);
  }

  throttled(bot: string, userId: string, { until, gapMs }: ThrottleNote): void {
    const sql = `INSERT INTO pacing (bot, user_id, gap_ms, throttled_until, throttles) VALUES (?, ?, ?, ?, 1)
      ON CONFLICT DO UPDATE SET gap_ms = excluded.gap_ms, throttled_until = excluded.throttled_until, throttles = throttles + 1`;
    this.database.run(sql, bot, userId, gapMs, until);
  }

  /** The server took one at this distance: the next may come a little sooner. */
  accepted(bot: string, userId: string, pace: Pace): void {
    if (pace.gapMs === 0) return;
    const sql = 'UPDATE pacing SET gap_ms = ? WHERE bot = ? AND user_id = ?';
    this.database.run(sql, shorterGap(pace), bot, userId);
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
