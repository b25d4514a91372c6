import { excessOf, fairShare } from '../shares';
import type { Pruned, Retention } from '../store';
import type { PostgresDatabase } from './database';

/** About a hundred bytes each. */
const MOST_SEEN = 1_000_000;
/** Rows that are deleted in one transaction: nobody waits for it for long. */
export const FEW = 500;

/** Deletes messages by their numbers, with what is found through them. $1: a query that gives the numbers. */
export function deleteMessages(numbers: string): string {
  return `WITH few AS (${numbers}),
    deliveries AS (DELETE FROM wechat_ilink.deliveries WHERE seq IN (SELECT seq FROM few) RETURNING 1),
    unclaimed AS (DELETE FROM wechat_ilink.unclaimed WHERE seq IN (SELECT seq FROM few) RETURNING 1),
    ids AS (DELETE FROM wechat_ilink.message_ids WHERE seq IN (SELECT seq FROM few) RETURNING 1),
    messages AS (DELETE FROM wechat_ilink.messages WHERE seq IN (SELECT seq FROM few) RETURNING 1)
    SELECT (SELECT count(*) FROM messages) AS messages,
      (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM unclaimed) AS waiting`;
}

/** Deletes what is old or too much. The room is given back by PostgreSQL itself (autovacuum). */
export async function prune(database: PostgresDatabase, limits: Retention): Promise<Pruned> {
  const pruning = new Pruning(database, limits);
  await pruning.run();
  return pruning.pruned;
}

/** A row of deliveries that waits for one subscriber, or of messages that wait for the first one. */
interface Row {
  table: 'deliveries' | 'unclaimed';
  column: 'subscriber' | 'bot';
  value: string;
  bot: string;
  count: number;
}

class Pruning {
  readonly pruned: Pruned = { messages: 0, waiting: 0 };

  constructor(
    private readonly database: PostgresDatabase,
    private readonly limits: Retention,
  ) {}

  async run(): Promise<void> {
    const { before } = this.limits;
    const old = `SELECT seq FROM wechat_ilink.messages WHERE received_at < $1 ORDER BY received_at, seq LIMIT ${FEW}`;
    await this.messages(old, before);
    await this.tooManyWaiting();
    await this.tooManyMessages();
    await this.sent();
    await this.seen();
    for (const [table, key, at] of NOTES) {
      await this.all(
        `DELETE FROM wechat_ilink.${table} WHERE (${key}) IN (
        SELECT ${key} FROM wechat_ilink.${table} WHERE ${at} < $1 ORDER BY ${at} LIMIT ${FEW})`,
        [before],
      );
    }
    await this.database.run(
      'DELETE FROM wechat_ilink.owners WHERE alive_until < to_timestamp($1::float8 / 1000)',
      before,
    );
  }

  /** Over all bots, and then within each over those who wait: the oldest of those that have the most. */
  private async tooManyWaiting(): Promise<void> {
    const rows = await this.database.all<Row>(WAITING);
    for (const { row, by } of excessOf(rows, this.limits.waiting)) await this.shorten(row, by);
  }

  private async shorten({ table, column, value }: Row, by: number): Promise<void> {
    const sql = `DELETE FROM wechat_ilink.${table} WHERE ${column} = $1 AND seq IN (
      SELECT seq FROM wechat_ilink.${table} WHERE ${column} = $1 ORDER BY seq LIMIT $2)`;
    for (let left = by; left > 0; left -= FEW) {
      this.pruned.waiting += await this.database.run(sql, value, Math.min(FEW, left));
    }
  }

  /** Those that somebody waits for stay. */
  private async tooManyMessages(): Promise<void> {
    const tooMany = `SELECT bot, seq FROM (SELECT bot, seq, row_number() OVER (PARTITION BY bot ORDER BY seq DESC) AS place
      FROM wechat_ilink.messages) m WHERE place = $1::bigint + 1`;
    const free = `SELECT seq FROM wechat_ilink.messages m WHERE bot = $1 AND seq <= $2
      AND NOT EXISTS (SELECT 1 FROM wechat_ilink.deliveries d WHERE d.seq = m.seq)
      AND NOT EXISTS (SELECT 1 FROM wechat_ilink.unclaimed u WHERE u.seq = m.seq) ORDER BY seq LIMIT ${FEW}`;
    for (const { bot, seq } of await this.database.all<{ bot: string; seq: number }>(
      tooMany,
      this.limits.messages,
    )) {
      await this.messages(free, bot, seq);
    }
  }

  /** What was sent is kept as long as what came in, and as many of it. */
  private async sent(): Promise<void> {
    const { before, messages } = this.limits;
    await this.all(
      `DELETE FROM wechat_ilink.sent_messages WHERE number IN (
      SELECT number FROM wechat_ilink.sent_messages WHERE sent_at < $1 ORDER BY sent_at LIMIT ${FEW})`,
      [before],
    );
    await this.all(
      `DELETE FROM wechat_ilink.sent_messages WHERE number IN (
      SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY bot ORDER BY number DESC) AS place
        FROM wechat_ilink.sent_messages) s WHERE place > $1 LIMIT ${FEW})`,
      [messages],
    );
  }

  private async seen(): Promise<void> {
    const { before, seen = MOST_SEEN } = this.limits;
    await this.all(
      `DELETE FROM wechat_ilink.seen WHERE (bot, key) IN (
      SELECT bot, key FROM wechat_ilink.seen WHERE seen_at < $1 LIMIT ${FEW})`,
      [before],
    );
    const count = 'SELECT bot, count(*) AS count FROM wechat_ilink.seen GROUP BY bot';
    const rows = await this.database.all<{ bot: string; count: number }>(count);
    const share = fairShare(
      rows.map((row) => row.count),
      seen,
    );
    const oldest = `DELETE FROM wechat_ilink.seen WHERE bot = $1 AND key IN (
      SELECT key FROM wechat_ilink.seen WHERE bot = $1 ORDER BY seen_at LIMIT $2)`;
    for (const row of rows) {
      for (let left = row.count - share; left > 0; left -= FEW)
        await this.database.run(oldest, row.bot, Math.min(FEW, left));
    }
  }

  private async messages(numbers: string, ...values: Array<string | number>): Promise<void> {
    const sql = deleteMessages(numbers);
    for (;;) {
      const gone = await this.database.get<Pruned>(sql, ...values);
      if (!gone || gone.messages === 0) return;
      this.pruned.messages += gone.messages;
      this.pruned.waiting += gone.waiting;
    }
  }

  /** Repeats a step that deletes, until there is nothing more. */
  private async all(sql: string, values: number[]): Promise<void> {
    while ((await this.database.run(sql, ...values)) > 0);
  }
}

const NOTES = [
  ['unfinished', 'send', 'at'],
  ['unreadable', 'number', 'last_at'],
  ['pacing', 'bot, user_id', 'next_send_at'],
] as const;

const WAITING = `SELECT 'deliveries' AS "table", 'subscriber' AS "column", d.subscriber AS value,
    coalesce(s.bot, d.subscriber) AS bot, count(*) AS count
  FROM wechat_ilink.deliveries d LEFT JOIN wechat_ilink.subscriptions s USING (subscriber) GROUP BY d.subscriber, s.bot
  UNION ALL SELECT 'unclaimed', 'bot', bot, bot, count(*) FROM wechat_ilink.unclaimed GROUP BY bot`;
