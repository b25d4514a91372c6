import type { Database } from './database';
import { FEW, type Walk } from './walk';

/** What is moved: from one scope to another, all of it or what belongs to one user. */
export interface Move {
  from: string;
  to: string;
  userId?: string;
}

/** Up to where {@link moveInSteps} came, in a scope of which the rest stays: numbers of rows, and a time. */
export interface Reached {
  messages: number;
  sent: number;
  seenAt: number;
}

const NOTHING: Reached = { messages: 0, sent: 0, seenAt: Number.MIN_SAFE_INTEGER };
const LAST = Number.MAX_SAFE_INTEGER;

/** ?1: from, ?2: to (every statement names it), ?3 and ?4: after which number and up to which, ?5: the user. */
const messagesOf = (whose: string): string =>
  `SELECT seq FROM messages WHERE bot = ?1 AND seq > ?3 AND seq <= ?4${whose}`;

/**
 * The statements for the tables that go on for ever, of which a range is moved at a time. What is known in both scopes stays once:
 * one id is one message. A new table that knows a bot gets a line here or in {@link moveRows}, and in `forget.ts`.
 */
const RANGES = {
  messages: (whose: string): string[] => [
    // By the number, and not along all ids of the bot.
    `UPDATE OR IGNORE message_ids SET bot = ?2 WHERE +bot = ?1 AND seq IN (${messagesOf(whose)})`,
    `DELETE FROM message_ids WHERE +bot = ?1 AND +bot <> ?2 AND seq IN (${messagesOf(whose)})`,
    `UPDATE unclaimed SET bot = ?2 WHERE +bot = ?1 AND seq IN (${messagesOf(whose)})`,
    `UPDATE messages SET bot = ?2 WHERE bot = ?1 AND seq > ?3 AND seq <= ?4${whose}`,
  ],
  sent: (whose: string): string[] => [
    `UPDATE OR IGNORE sent_messages SET bot = ?2 WHERE bot = ?1 AND number > ?3 AND number <= ?4${whose}`,
    `DELETE FROM sent_messages WHERE bot = ?1 AND bot <> ?2 AND number > ?3 AND number <= ?4${whose}`,
  ],
};

const PAGES = {
  messages: pageOf('messages', 'seq'),
  sent: pageOf('sent_messages', 'number'),
};

/** The number of the last row of the next few. */
function pageOf(table: string, number: string): string {
  return `SELECT max(n) AS "end" FROM
    (SELECT ${number} AS n FROM ${table} WHERE bot = ? AND ${number} > ? ORDER BY ${number} LIMIT ${FEW})`;
}

function moveRange(
  database: Database,
  { from, to, userId }: Move,
  what: keyof typeof RANGES,
  after: number,
  last: number,
): void {
  const user = userId === undefined ? [] : [userId];
  const whose = userId === undefined ? '' : ' AND user_id = ?5';
  for (const sql of RANGES[what](whose)) database.run(sql, from, to, after, last, ...user);
}

const COPY = 'INSERT INTO seen (bot, key, seen_at) SELECT ?2, key, seen_at FROM';
const NEWER = 'ON CONFLICT DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)';
/** A message that came to the one must not count as new in the other. */
const COPY_SEEN = `${COPY} seen WHERE bot = ?1 AND seen_at >= ?3 ${NEWER}`;
const FEW_SEEN = `FROM seen WHERE bot = ?1 AND key > ?3 ORDER BY key LIMIT ${FEW}`;
const COPY_FEW_SEEN = `${COPY} (SELECT * ${FEW_SEEN}) WHERE true ${NEWER}`;

/**
 * Moves what is kept in one scope into another, in the caller's transaction. Of a conversation the newer state counts.
 *
 * @param move with a user, who is subscribed stays where he is
 * @param reached what was moved already
 */
export function moveRows(database: Database, move: Move, reached = NOTHING): void {
  const { from, to, userId } = move;
  const user = userId === undefined ? [] : [userId];
  const whose = (place: number): string => (userId === undefined ? '' : ` AND user_id = ?${place}`);
  moveRange(database, move, 'messages', reached.messages, LAST);
  moveRange(database, move, 'sent', reached.sent, LAST);
  database.run(`UPDATE outbox SET bot = ?2 WHERE bot = ?1${whose(3)}`, from, to, ...user);
  database.run(conversations(whose(3)), from, to, ...user);
  database.run(`DELETE FROM conversations WHERE bot = ?1${whose(2)}`, from, ...user);
  database.run(COPY_SEEN, from, to, reached.seenAt);
  if (userId !== undefined) return;
  database.run('UPDATE subscriptions SET bot = ? WHERE bot = ?', to, from);
  database.run('UPDATE unfinished SET bot = ? WHERE bot = ?', to, from);
  database.run('UPDATE OR IGNORE unreadable SET bot = ? WHERE bot = ?', to, from);
  for (const table of ['seen', 'message_ids', 'unreadable'])
    database.run(`DELETE FROM ${table} WHERE bot = ?`, from);
}

function conversations(whose: string): string {
  return `INSERT INTO conversations (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login)
    SELECT ?2, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login
    FROM conversations WHERE bot = ?1${whose}
    ON CONFLICT DO UPDATE SET context_token = excluded.context_token, last_inbound_at = excluded.last_inbound_at,
      sent_since = excluded.sent_since, closed_by_server = excluded.closed_by_server, login = excluded.login
    WHERE excluded.last_inbound_at > last_inbound_at`;
}

/** Moves the same in small steps, as far as it can be much. {@link moveRows} moves the rest. @returns how far it came */
export async function moveInSteps(walk: Walk, database: Database, move: Move): Promise<Reached> {
  const { from, to, userId } = move;
  const user = userId === undefined ? [] : [userId];
  const whose = userId === undefined ? '' : ' AND user_id = ?3';
  // In the order of their index, which is that of a conversation.
  const few = `SELECT id FROM outbox WHERE bot = ?1${whose} ORDER BY user_id, id LIMIT ${FEW}`;
  const queued = `UPDATE outbox SET bot = ?2 WHERE id IN (${few})`;
  await walk.deleteAll(() => database.run(queued, from, to, ...user).changes);
  const messages = await along(walk, database, move, 'messages');
  const sent = await along(walk, database, move, 'sent');
  return { messages, sent, seenAt: await copySeen(walk, database, move) };
}

async function along(walk: Walk, database: Database, move: Move, what: keyof typeof RANGES): Promise<number> {
  for (let reached = 0; ;) {
    const after = reached;
    const end = await walk.write(() => {
      const page = database.get<{ end: number | null }>(PAGES[what], move.from, after);
      if (page!.end !== null) moveRange(database, move, what, after, page!.end);
      return page!.end;
    });
    if (end === null) return reached;
    reached = end;
  }
}

/** What somebody else has seen there stays known there, too. @returns up to when it was copied */
async function copySeen(walk: Walk, database: Database, { from, to, userId }: Move): Promise<number> {
  const newest = 'SELECT max(seen_at) AS at FROM seen WHERE bot = ?';
  const seenAt = await walk.read(() => database.get<{ at: number | null }>(newest, from)!.at);
  const last = `SELECT max(key) AS "end" FROM (SELECT key FROM seen WHERE bot = ? AND key > ? ORDER BY key LIMIT ${FEW})`;
  for (let key = ''; ;) {
    const after = key;
    const end = await walk.write(() => {
      const { end } = database.get<{ end: string | null }>(last, from, after)!;
      if (end === null) return end;
      database.run(COPY_FEW_SEEN, from, to, after);
      if (userId === undefined)
        database.run('DELETE FROM seen WHERE bot = ? AND key > ? AND key <= ?', from, after, end);
      return end;
    });
    if (end === null) return seenAt ?? NOTHING.seenAt;
    key = end;
  }
}
