import type { PostgresDatabase } from './database';
import type { Sql } from './sql';

/** What is moved: from one scope to another, all of it or what belongs to one user. */
export interface Move {
  from: string;
  to: string;
  userId?: string;
}

/** Rows that are moved at once. */
const FEW = 500;

/**
 * Moves what is kept in one scope into another, in a transaction that is alone. Of a conversation the newer state counts. What is
 * known in both scopes stays once: one id is one message.
 *
 * @param move with a user, who is subscribed stays where he is
 */
export async function moveRows(sql: Sql, move: Move): Promise<void> {
  const { from, to, userId } = move;
  for (const table of ['messages', 'sent_messages', 'outbox'] as const) await moveSome(sql, move, table);
  await conversations(sql, move);
  await copySeen(sql, move);
  if (userId !== undefined) return;
  for (const table of ['subscriptions', 'unfinished']) {
    await sql.run(`UPDATE wechat_ilink.${table} SET bot = $2 WHERE bot = $1`, from, to);
  }
  const unreadable = `UPDATE wechat_ilink.unreadable u SET bot = $2 WHERE bot = $1
    AND NOT EXISTS (SELECT 1 FROM wechat_ilink.unreadable o WHERE o.bot = $2 AND o.digest = u.digest)`;
  await sql.run(unreadable, from, to);
  for (const table of ['seen', 'message_ids', 'unreadable'])
    await sql.run(`DELETE FROM wechat_ilink.${table} WHERE bot = $1`, from);
}

/** Moves the same in small steps, as far as it can be much. {@link moveRows} moves the rest. */
export async function moveInSteps(database: PostgresDatabase, move: Move): Promise<void> {
  for (const table of ['outbox', 'messages', 'sent_messages'] as const) {
    while ((await database.transaction((sql) => moveSome(sql, move, table, FEW))) > 0);
  }
}

type Table = 'messages' | 'sent_messages' | 'outbox';
const NUMBER: Record<Table, string> = { messages: 'seq', sent_messages: 'number', outbox: 'id' };

/** The oldest first. @returns how many it moved */
async function moveSome(sql: Sql, { from, to, userId }: Move, table: Table, most?: number): Promise<number> {
  const number = NUMBER[table];
  const oldest = `SELECT ${number} AS n FROM wechat_ilink.${table} WHERE bot = $1 AND ($2::text IS NULL OR user_id = $2)
    ORDER BY ${number} LIMIT $3`;
  const rows = await sql.all<{ n: number }>(oldest, from, userId ?? null, most ?? null);
  const numbers = rows.map(({ n }) => n);
  if (numbers.length === 0) return 0;
  if (table === 'sent_messages') await dropKnown(sql, 'sent_messages', 'number', to, numbers);
  if (table === 'messages') {
    await dropKnown(sql, 'message_ids', 'seq', to, numbers);
    for (const other of ['message_ids', 'unclaimed'])
      await sql.run(`UPDATE wechat_ilink.${other} SET bot = $1 WHERE seq = ANY ($2)`, to, numbers);
  }
  await sql.run(`UPDATE wechat_ilink.${table} SET bot = $1 WHERE ${number} = ANY ($2)`, to, numbers);
  return numbers.length;
}

function dropKnown(sql: Sql, table: string, number: string, to: string, numbers: number[]): Promise<number> {
  const drop = `DELETE FROM wechat_ilink.${table} t WHERE ${number} = ANY ($2)
    AND EXISTS (SELECT 1 FROM wechat_ilink.${table} o WHERE o.bot = $1 AND o.id = t.id)`;
  return sql.run(drop, to, numbers);
}

async function conversations(sql: Sql, { from, to, userId }: Move): Promise<void> {
  const copy = `INSERT INTO wechat_ilink.conversations AS c
      (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login)
    SELECT $2, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login
    FROM wechat_ilink.conversations WHERE bot = $1 AND ($3::text IS NULL OR user_id = $3)
    ON CONFLICT (bot, user_id) DO UPDATE SET context_token = excluded.context_token,
      last_inbound_at = excluded.last_inbound_at, sent_since = excluded.sent_since,
      closed_by_server = excluded.closed_by_server, login = excluded.login
    WHERE excluded.last_inbound_at > c.last_inbound_at`;
  await sql.run(copy, from, to, userId ?? null);
  const drop = 'DELETE FROM wechat_ilink.conversations WHERE bot = $1 AND ($2::text IS NULL OR user_id = $2)';
  await sql.run(drop, from, userId ?? null);
}

/** A message that came to the one must not count as new in the other. */
async function copySeen(sql: Sql, { from, to }: Move): Promise<void> {
  const copy = `INSERT INTO wechat_ilink.seen AS s (bot, key, seen_at)
    SELECT $2, key, seen_at FROM wechat_ilink.seen WHERE bot = $1
    ON CONFLICT (bot, key) DO UPDATE SET seen_at = greatest(s.seen_at, excluded.seen_at)`;
  await sql.run(copy, from, to);
}
