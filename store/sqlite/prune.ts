import type { Pruned, Retention } from '../store';
import type { Database } from './database';
import { pruneSent } from './recent';

/** Deletes what is old or too much, in one transaction, and gives the room back. */
export function prune(database: Database, limits: Retention): Pruned {
  const pruned = database.transaction(() => {
    const waiting = pruneWaiting(database, limits);
    const messages = pruneMessages(database, limits);
    pruneSent(database, limits);
    database.run('DELETE FROM unreadable WHERE last_at < ?', limits.before);
    database.run('DELETE FROM seen WHERE seen_at < ?', limits.before);
    database.run('DELETE FROM owners WHERE alive_until < ?', limits.before);
    database.run('DELETE FROM unfinished WHERE at < ?', limits.before);
    return { messages, waiting };
  });
  database.exec('PRAGMA incremental_vacuum');
  return pruned;
}

function pruneWaiting(database: Database, { before, waiting }: Retention): number {
  const old = (table: string): string =>
    `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM messages WHERE received_at < ?)`;
  const tooMany = (table: string): string => `DELETE FROM ${table} WHERE seq <= (
    SELECT seq FROM ${table} ORDER BY seq DESC LIMIT 1 OFFSET ?)`;
  return ['deliveries', 'unclaimed']
    .map((table) => database.run(old(table), before).changes + database.run(tooMany(table), waiting).changes)
    .reduce((sum, changes) => sum + changes, 0);
}

function pruneMessages(database: Database, { before, messages }: Retention): number {
  const unwanted = `NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = messages.seq)
    AND NOT EXISTS (SELECT 1 FROM unclaimed u WHERE u.seq = messages.seq)`;
  let gone = database.run(`DELETE FROM messages WHERE received_at < ? AND ${unwanted}`, before).changes;
  const bots = database.all<{ bot: string }>('SELECT DISTINCT bot FROM messages');
  for (const { bot } of bots) {
    const sql = `DELETE FROM messages WHERE bot = ? AND ${unwanted} AND seq <= (
      SELECT seq FROM messages WHERE bot = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)`;
    gone += database.run(sql, bot, bot, messages).changes;
  }
  return gone;
}
