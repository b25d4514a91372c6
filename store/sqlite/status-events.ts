import type { StatusEvent } from '../outbox';
import type { Database } from './database';

/**
 * Keeps a status event for the triggers of a bot, inside a transaction. It is handed over like a message, so it survives a crash like
 * one. Triggers that sleep had no part in it.
 */
export function addStatusEvent(database: Database, bot: string, { userId, body, at }: StatusEvent): void {
  const listeners = 'FROM subscriptions WHERE bot = ? AND asleep_since IS NULL';
  if (!database.get(`SELECT 1 ${listeners}`, bot)) return;
  const insert = `INSERT INTO messages (bot, user_id, received_at, body, kind) VALUES (?, ?, ?, ?, 'notice')`;
  const seq = database.run(insert, bot, userId, at, body).lastId;
  database.run(`INSERT INTO deliveries (subscriber, seq) SELECT subscriber, ? ${listeners}`, seq, bot);
}
