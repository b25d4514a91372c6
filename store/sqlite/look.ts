import type { StoreLook } from '../look';
import type { KeptPiece } from '../unreadable';
import { MIGRATIONS } from './schema';

/** The other lease of a bot, of version 0.1, has a longer name. */
const LEADERS = `SELECT l.owner, sum(length(l.connection) = 32) AS bots FROM leases l JOIN owners o USING (owner)
  WHERE o.alive_until > ? GROUP BY l.owner ORDER BY l.owner`;

/**
 * Looks into a store that may be in use right now, and writes nothing. Loads SQLite only now: the command also runs on a Node
 * that has none.
 *
 * @param now milliseconds since 1970
 * @returns nothing when it is of an earlier version
 * @throws when it cannot be opened
 */
export async function lookIntoStore(path: string, now: number): Promise<StoreLook | undefined> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const has = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'unreadable'");
    if (!has.get()) return undefined;
    const pieces = `SELECT digest, reason, size, body, first_at AS firstAt, last_at AS lastAt, times
      FROM unreadable ORDER BY number DESC LIMIT 100`;
    const unreadable = database.prepare(pieces).all() as unknown as KeptPiece[];
    const echoes = database.prepare("SELECT count(*) AS n FROM messages WHERE kind = 'echo'").get();
    const found = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    const leaders = database.prepare(LEADERS).all(now) as unknown as StoreLook['leaders'];
    return {
      version: { found, known: MIGRATIONS.length },
      leaders,
      unreadable,
      echoes: Number(echoes?.n ?? 0),
    };
  } finally {
    database.close();
  }
}
