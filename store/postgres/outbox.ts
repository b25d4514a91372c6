import type { Fence } from '../leases';
import type { Outbox, QueuedMessage, StatusEvent } from '../outbox';
import type { PostgresDatabase } from './database';
import type { Sql } from './sql';
import { isCurrent } from './leases';
import { addStatusEvent } from './status-events';
import { pages } from './pages';
import { lockKnownScope, lockScope, SCOPE } from './scopes';

const QUEUED = `id, user_id AS "userId", send_id AS "sendId", type, item, age_note AS "ageNote", quota,
  window_ms AS "windowMs", reason, queued_at AS "queuedAt", expires_at AS "expiresAt", client_id AS "clientId"`;
const OF_USER = '($2::text IS NULL OR user_id = $2)';

/** The table of messages that wait to go out. */
export class PostgresOutbox implements Outbox {
  constructor(private readonly database: PostgresDatabase) {}

  add(
    messages: Array<Omit<QueuedMessage, 'id'>>,
    maxQueued = Infinity,
    event?: StatusEvent,
  ): Promise<number[] | undefined> {
    const bot = messages[0]?.bot ?? '';
    const numbers = `SELECT nextval('wechat_ilink.outbox_id_seq') AS id FROM generate_series(1, $1::int)`;
    return this.database.transaction(
      async (sql) => {
        const [scope, count, rows] = await Promise.all([
          lockScope(sql, bot),
          countOf(sql, bot),
          sql.all<{ id: number }>(numbers, messages.length),
        ]);
        if (count + messages.length > maxQueued) return undefined;
        const reason = messages[0]?.reason ?? '';
        if (event && !(await waitsFor(sql, scope, event.userId, reason))) addStatusEvent(sql, scope, event);
        const ids = rows.map(({ id }) => id);
        if (messages.length > 0) sql.write(INSERT, scope, ids, ...columnsOf(messages));
        sql.announce();
        return ids;
      },
      { durable: true },
    );
  }

  async setReason(bot: string, userId: string, reason: string, event?: StatusEvent): Promise<boolean> {
    const isOther = 'user_id = $2 AND reason <> $3';
    const find = `SELECT 1 FROM wechat_ilink.outbox WHERE bot = ${SCOPE} AND ${isOther} LIMIT 1`;
    // Nearly always it is no news, and to find that out takes no lock.
    if (!(await this.database.get(find, bot, userId, reason))) return false;
    return this.database.transaction(async (sql) => {
      const scope = await lockKnownScope(sql, bot);
      const note = `UPDATE wechat_ilink.outbox SET reason = $3 WHERE bot = $1 AND ${isOther}`;
      if (scope === undefined || (await sql.run(note, scope, userId, reason)) === 0) return false;
      if (event) addStatusEvent(sql, scope, event);
      return true;
    });
  }

  async list(bot: string, userId?: string): Promise<QueuedMessage[]> {
    const sql = `SELECT ${QUEUED} FROM wechat_ilink.outbox
      WHERE bot = ${SCOPE} AND ${OF_USER} AND id > $3 ORDER BY id LIMIT $4`;
    const rows = await pages<Omit<QueuedMessage, 'bot'>>(Infinity, (after, most) =>
      this.database.all(sql, bot, userId ?? null, after?.id ?? 0, most),
    );
    return rows.map((row) => ({ ...row, bot }));
  }

  count(bot: string, userId?: string): Promise<number> {
    return countOf(this.database, bot, userId);
  }

  async users(bot: string): Promise<string[]> {
    const sql = `SELECT DISTINCT user_id AS "userId" FROM wechat_ilink.outbox WHERE bot = ${SCOPE}`;
    return (await this.database.all<{ userId: string }>(sql, bot)).map(({ userId }) => userId);
  }

  /** Who comes second waits for the first, and then finds nothing that is free. */
  assignClientId(ids: number[], clientId: string, fence?: Fence): Promise<boolean> {
    return this.database.transaction(
      async (sql) => {
        const free = `SELECT id FROM wechat_ilink.outbox WHERE id = ANY ($1) AND client_id IS NULL
          AND ${isCurrent('$2', '$3')} ORDER BY id FOR UPDATE`;
        const found = await sql.all(free, ids, fence?.connection ?? null, fence?.lease ?? null);
        if (found.length < new Set(ids).size) return false;
        sql.write('UPDATE wechat_ilink.outbox SET client_id = $2 WHERE id = ANY ($1)', ids, clientId);
        return true;
      },
      { durable: true },
    );
  }

  async clearClientId(clientId: string): Promise<void> {
    await this.database.run('UPDATE wechat_ilink.outbox SET client_id = NULL WHERE client_id = $1', clientId);
  }

  remove(bot: string, ids: number[], event?: StatusEvent): Promise<number[]> {
    return this.take('true', bot, ids, event);
  }

  removeWaiting(bot: string, ids: number[], event?: StatusEvent): Promise<number[]> {
    return this.take('client_id IS NULL', bot, ids, event);
  }

  /** Word and what it is about go together. */
  private take(which: string, bot: string, ids: number[], event?: StatusEvent): Promise<number[]> {
    const drop = `DELETE FROM wechat_ilink.outbox WHERE bot = ${SCOPE} AND id = ANY ($2) AND ${which} RETURNING id`;
    return this.database.transaction(
      async (sql) => {
        const [scope, rows] = await Promise.all([
          lockKnownScope(sql, bot),
          sql.all<{ id: number }>(drop, bot, ids),
        ]);
        const gone = new Set(rows.map(({ id }) => id));
        if (event && scope !== undefined && gone.size > 0) addStatusEvent(sql, scope, event);
        return ids.filter((id) => gone.delete(id));
      },
      { durable: true },
    );
  }
}

const INSERT = `INSERT INTO wechat_ilink.outbox (id, bot, user_id, send_id, type, item, age_note, quota, window_ms,
    queued_at, expires_at, client_id, reason)
  SELECT id, $1, user_id, send_id, type, item, age_note, quota, window_ms, queued_at, expires_at, client_id, reason
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
    $10::bigint[], $11::bigint[], $12::text[], $13::text[])
  AS d (id, user_id, send_id, type, item, age_note, quota, window_ms, queued_at, expires_at, client_id, reason)`;

function columnsOf(messages: Array<Omit<QueuedMessage, 'id'>>): Array<Array<string | number | null>> {
  const names = [
    'userId',
    'sendId',
    'type',
    'item',
    'ageNote',
    'quota',
    'windowMs',
    'queuedAt',
    'expiresAt',
  ] as const;
  return [
    ...names.map((name) => messages.map((message) => message[name])),
    messages.map(({ clientId }) => clientId),
    messages.map(({ reason }) => reason),
  ];
}

async function countOf(sql: Sql, bot: string, userId?: string): Promise<number> {
  const count = `SELECT count(*) AS n FROM wechat_ilink.outbox WHERE bot = ${SCOPE} AND ${OF_USER}`;
  return (await sql.get<{ n: number }>(count, bot, userId ?? null))!.n;
}

async function waitsFor(sql: Sql, scope: string, userId: string, reason: string): Promise<boolean> {
  const find = 'SELECT 1 FROM wechat_ilink.outbox WHERE bot = $1 AND user_id = $2 AND reason = $3 LIMIT 1';
  return (await sql.get(find, scope, userId, reason)) !== undefined;
}
