import type { Database } from './database';
import { FEW, type Walk } from './walk';

/** Whether a row belongs to the user who is meant; to everybody when nobody is. */
const OF_USER = '(?3 IS NULL OR user_id = ?3)';
const MOVED_MESSAGES = `SELECT seq FROM messages WHERE bot = ?1 AND ${OF_USER}`;

/**
 * ?1: from, ?2: to, ?3: the user. What is known in both scopes stays once: one id is one message, and of a conversation
 * the newer state counts. A new table that knows a bot gets a line here, as in `forget.ts`.
 */
const MOVES = [
  `UPDATE OR IGNORE message_ids SET bot = ?2 WHERE bot = ?1 AND seq IN (${MOVED_MESSAGES})`,
  `UPDATE unclaimed SET bot = ?2 WHERE bot = ?1 AND seq IN (${MOVED_MESSAGES})`,
  `UPDATE messages SET bot = ?2 WHERE bot = ?1 AND ${OF_USER}`,
  `UPDATE outbox SET bot = ?2 WHERE bot = ?1 AND ${OF_USER}`,
  `UPDATE OR IGNORE sent_messages SET bot = ?2 WHERE bot = ?1 AND ${OF_USER}`,
  `INSERT INTO conversations (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login)
    SELECT ?2, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login
    FROM conversations WHERE bot = ?1 AND ${OF_USER}
    ON CONFLICT DO UPDATE SET context_token = excluded.context_token, last_inbound_at = excluded.last_inbound_at,
      sent_since = excluded.sent_since, closed_by_server = excluded.closed_by_server, login = excluded.login
    WHERE excluded.last_inbound_at > last_inbound_at`,
];
const LEFT_OVERS = ['sent_messages', 'conversations'].map(
  (table) => `DELETE FROM ${table} WHERE bot = ?1 AND (?2 IS NULL OR user_id = ?2)`,
);
/** A message that came to the one must not count as new in the other. */
const COPY_SEEN = `INSERT INTO seen (bot, key, seen_at) SELECT ?2, key, seen_at FROM seen WHERE bot = ?1
  ON CONFLICT DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)`;

/**
 * Moves what is kept in one scope into another, in the caller's transaction.
 *
 * @param userId moves only what belongs to this user; who is subscribed stays where he is then
 */
export function moveRows(database: Database, from: string, to: string, userId: string | null = null): void {
  for (const sql of MOVES) database.run(sql, from, to, userId);
  for (const sql of LEFT_OVERS) database.run(sql, from, userId);
  database.run(COPY_SEEN, from, to);
  if (userId !== null) return;
  database.run('UPDATE subscriptions SET bot = ? WHERE bot = ?', to, from);
  database.run('UPDATE unfinished SET bot = ? WHERE bot = ?', to, from);
  database.run('UPDATE OR IGNORE unreadable SET bot = ? WHERE bot = ?', to, from);
  for (const table of ['seen', 'message_ids', 'unreadable'])
    database.run(`DELETE FROM ${table} WHERE bot = ?`, from);
}

const FEW_MESSAGES = `${MOVED_MESSAGES} ORDER BY seq LIMIT ${FEW}`;
const FEW_SENT = `SELECT number FROM sent_messages WHERE bot = ?1 AND ${OF_USER} ORDER BY number LIMIT ${FEW}`;
const FEW_QUEUED = `SELECT id FROM outbox WHERE bot = ?1 AND ${OF_USER} ORDER BY id LIMIT ${FEW}`;
/** The tables that can be long, each with the statements of one step. The last one says whether there was anything. */
const STEPS = [
  [`UPDATE outbox SET bot = ?2 WHERE id IN (${FEW_QUEUED})`],
  [
    `UPDATE OR IGNORE message_ids SET bot = ?2 WHERE bot = ?1 AND seq IN (${FEW_MESSAGES})`,
    `UPDATE unclaimed SET bot = ?2 WHERE bot = ?1 AND seq IN (${FEW_MESSAGES})`,
    `UPDATE messages SET bot = ?2 WHERE seq IN (${FEW_MESSAGES})`,
  ],
  [`UPDATE OR IGNORE sent_messages SET bot = ?2 WHERE number IN (${FEW_SENT})`],
];
const FEW_SEEN = `FROM seen WHERE bot = ?1 ORDER BY key LIMIT ${FEW}`;
const COPY_FEW_SEEN = `INSERT INTO seen (bot, key, seen_at) SELECT ?2, key, seen_at FROM (SELECT * ${FEW_SEEN}) WHERE true
  ON CONFLICT DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)`;

/** Moves the same in small steps, as far as it can be much. {@link moveRows} moves the rest. */
export async function moveInSteps(
  walk: Walk,
  database: Database,
  from: string,
  to: string,
  userId: string | null = null,
): Promise<void> {
  for (const statements of STEPS)
    await walk.deleteAll(
      () => statements.map((sql) => database.run(sql, from, to, userId).changes).at(-1) ?? 0,
    );
  // What somebody else has seen there stays known there, too.
  if (userId !== null) return;
  await walk.deleteAll(() => {
    database.run(COPY_FEW_SEEN, from, to);
    return database.run(`DELETE FROM seen WHERE bot = ?1 AND key IN (SELECT key ${FEW_SEEN})`, from).changes;
  });
}
