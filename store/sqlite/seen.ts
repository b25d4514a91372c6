import type { ReceivedMessage } from '../inbox';
import type { Database } from './database';

/**
 * Whether any key was seen within its window, in the caller's transaction. It notes all of them, so that a chain of duplicates ends with the first.
 *
 * @param now milliseconds since 1970
 */
export function wasSeen(database: Database, scope: string, { keys }: ReceivedMessage, now: number): boolean {
  let seen = false;
  for (const { key, windowMs } of keys) {
    const row = database.get<{ at: number }>(
      'SELECT seen_at AS at FROM seen WHERE bot = ? AND key = ?',
      scope,
      key,
    );
    seen ||= row !== undefined && Math.abs(now - row.at) <= windowMs;
    const sql = `INSERT INTO seen (bot, key, seen_at) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at`;
    database.run(sql, scope, key, now);
  }
  return seen;
}
