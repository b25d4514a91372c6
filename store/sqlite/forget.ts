import type { Forgotten } from '../store';
import type { Database } from './database';
import type { SqliteLogins } from './logins';

/**
 * What is kept of a bot, table by table and in the order in which it goes: deliveries are found through their messages. A new
 * table that knows a bot gets a line here. Subscriptions of triggers that are awake stay: they would go on and miss messages.
 */
const ROWS_OF_A_BOT = {
  deliveries: 'seq IN (SELECT seq FROM messages WHERE bot = ?)',
  unclaimed: 'bot = ?',
  outbox: 'bot = ?',
  messages: 'bot = ?',
  sent_messages: 'bot = ?',
  seen: 'bot = ?',
  unreadable: 'bot = ?',
  conversations: 'bot = ?',
  subscriptions: 'bot = ? AND asleep_since IS NOT NULL',
} as const;

/**
 * Deletes what is kept of a bot, in one transaction, and overwrites where it lay in the file.
 *
 * @param connection under which an earlier version kept the cursor, which goes, too
 */
export function forgetBot(
  database: Database,
  logins: SqliteLogins,
  bot: string,
  connection: string,
): Forgotten {
  database.exec('PRAGMA secure_delete = ON');
  const gone: Partial<Record<keyof typeof ROWS_OF_A_BOT, number>> = {};
  database.transaction(() => {
    const scope = logins.scopeOf(bot);
    for (const [table, rows] of Object.entries(ROWS_OF_A_BOT)) {
      const { changes } = database.run(`DELETE FROM ${table} WHERE ${rows}`, scope);
      gone[table as keyof typeof ROWS_OF_A_BOT] = changes;
    }
    database.run('DELETE FROM cursors WHERE connection IN (?, ?)', bot, connection);
    logins.startAnew(bot);
  }, true);
  database.exec('PRAGMA secure_delete = OFF');
  // The log that SQLite writes before the file still has the old pages; this empties it, unless somebody reads right now.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.exec('PRAGMA incremental_vacuum');
  const { messages = 0, deliveries: waiting = 0, conversations = 0, outbox: queued = 0 } = gone;
  return { messages, waiting, conversations, queued };
}
