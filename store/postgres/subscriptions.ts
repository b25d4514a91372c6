import type { PostgresDatabase } from './database';
import type { Transaction } from './sql';
import { lockScope } from './scopes';

/** Messages that are given to those who listen again in one transaction. */
const CLAIMED_AT_ONCE = 500;

interface Row {
  /** What it is subscribed to; nothing when it is not. */
  subscribedTo: string | null;
  isAwake: boolean;
  isHeldBack: boolean;
  /** What its token opens. */
  scope: string | null;
  leftScope: string | null;
  hasUnclaimed: boolean;
}

const FIND = `SELECT s.bot AS "subscribedTo", s.asleep_since IS NULL AS "isAwake",
    EXISTS (SELECT 1 FROM wechat_ilink.held_back h WHERE h.subscriber = $2) AS "isHeldBack",
    l.scope, l.left_scope AS "leftScope",
    EXISTS (SELECT 1 FROM wechat_ilink.unclaimed u WHERE u.bot = l.scope) AS "hasUnclaimed"
  FROM (SELECT 1) one LEFT JOIN wechat_ilink.subscriptions s ON s.subscriber = $2
    LEFT JOIN wechat_ilink.logins l ON l.login = $1`;

/** Subscribes to what the token opens, and claims what came while nobody listened. Only looks when all that is done already. */
export async function subscribe(
  database: PostgresDatabase,
  subscriber: string,
  bot: string,
  sleepersSince: number,
): Promise<void> {
  const row = await database.get<Row>(FIND, bot, subscriber);
  if (row && isServed(row)) return;
  const step = async (sql: Transaction): Promise<number> => {
    const scope = await wake(sql, subscriber, bot);
    sql.announce();
    return claimForAll(sql, scope, sleepersSince);
  };
  while ((await database.transaction(step, { durable: true })) > 0);
}

/** Whether it is subscribed with this token already, and nothing is left that came while nobody was. */
function isServed(row: Row): boolean {
  if (row.subscribedTo === null || !row.isAwake || row.hasUnclaimed) return false;
  return waitsForToken(row) ? row.isHeldBack : !row.isHeldBack && row.scope === row.subscribedTo;
}

/**
 * A newer login of the person has replaced the token of somebody who was subscribed before. What comes until he brings the new
 * token is kept for him, and not given to the old one.
 */
function waitsForToken({ subscribedTo, leftScope }: Row): boolean {
  return subscribedTo !== null && subscribedTo === leftScope;
}

/** @returns the scope that it is subscribed to */
async function wake(sql: Transaction, subscriber: string, bot: string): Promise<string> {
  const [scope, row] = await Promise.all([lockScope(sql, bot), sql.get<Row>(FIND, bot, subscriber)]);
  if (row && waitsForToken(row)) {
    sql.write('UPDATE wechat_ilink.subscriptions SET asleep_since = NULL WHERE subscriber = $1', subscriber);
    sql.write(
      'INSERT INTO wechat_ilink.held_back (subscriber) VALUES ($1) ON CONFLICT DO NOTHING',
      subscriber,
    );
    return row.subscribedTo!;
  }
  const awake = `INSERT INTO wechat_ilink.subscriptions (subscriber, bot, asleep_since) VALUES ($1, $2, NULL)
    ON CONFLICT (subscriber) DO UPDATE SET bot = excluded.bot, asleep_since = NULL`;
  sql.write(awake, subscriber, scope);
  sql.write('DELETE FROM wechat_ilink.held_back WHERE subscriber = $1', subscriber);
  return scope;
}

/**
 * Somebody listens again: what came while nobody did is for all who would have heard it. The oldest of it first.
 *
 * @returns how many were given out; more may be left
 */
function claimForAll(sql: Transaction, scope: string, sleepersSince: number): Promise<number> {
  const claim = `WITH oldest AS (
      DELETE FROM wechat_ilink.unclaimed WHERE seq IN (
        SELECT seq FROM wechat_ilink.unclaimed WHERE bot = $1 ORDER BY seq LIMIT ${CLAIMED_AT_ONCE})
      RETURNING seq),
    delivered AS (
      INSERT INTO wechat_ilink.deliveries (subscriber, seq)
      SELECT s.subscriber, m.seq FROM oldest JOIN wechat_ilink.messages m USING (seq)
        JOIN wechat_ilink.subscriptions s ON s.bot = m.bot
      WHERE s.asleep_since IS NULL OR s.asleep_since >= $2::float8
      ON CONFLICT DO NOTHING)
    SELECT count(*) AS n FROM oldest`;
  return sql.get<{ n: number }>(claim, scope, sleepersSince).then((row) => row?.n ?? 0);
}
