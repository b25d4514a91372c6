import type { KeptPiece } from '../unreadable';

/** What somebody who looks for trouble wants to see of a store. */
export interface StoreLook {
  /** What could not be read, of all bots, the newest first. */
  unreadable: KeptPiece[];
  /** How many messages of its own a bot got back. */
  echoes: number;
}

/**
 * Looks into a store that may be in use right now, and writes nothing. Loads SQLite only now: the command also runs on a Node
 * that has none.
 *
 * @returns nothing when it is of an earlier version
 * @throws when it cannot be opened
 */
export async function lookIntoStore(path: string): Promise<StoreLook | undefined> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const has = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'unreadable'");
    if (!has.get()) return undefined;
    const pieces = `SELECT digest, reason, size, body, first_at AS firstAt, last_at AS lastAt, times
      FROM unreadable ORDER BY number DESC LIMIT 100`;
    const unreadable = database.prepare(pieces).all() as unknown as KeptPiece[];
    const echoes = database.prepare("SELECT count(*) AS n FROM messages WHERE kind = 'echo'").get();
    return { unreadable, echoes: Number(echoes?.n ?? 0) };
  } finally {
    database.close();
  }
}
