import type { Claimed, DeliveryClaim, StoredMessage } from '../inbox';
import type { PostgresDatabase } from './database';
import { LATER } from './sql';

export const MESSAGE = 'm.seq, m.user_id AS "userId", m.received_at AS "receivedAt", m.body, m.kind';
/** What was kept for a subscriber while it had another token is not for the one that it has now. */
export const OF_ITS_TOKEN = `FROM wechat_ilink.deliveries d JOIN wechat_ilink.messages m USING (seq)
  JOIN wechat_ilink.subscriptions s ON s.subscriber = d.subscriber AND s.bot = m.bot
  AND NOT EXISTS (SELECT 1 FROM wechat_ilink.held_back h WHERE h.subscriber = d.subscriber)`;

/** Who comes second waits here for the first, and then sees what that one did and that it lives. */
const LOCK = 'SELECT 1 FROM wechat_ilink.deliveries WHERE subscriber = $1 AND seq = $2 FOR UPDATE';
/** Whether the process that has the claim lives, by the database's clock. $3: the longest life that is believed. */
const LIVES = `EXISTS (SELECT 1 FROM wechat_ilink.owners o WHERE o.owner = d.claimed_by
  AND o.alive_until > clock_timestamp() AND o.alive_until <= clock_timestamp() + $3 * interval '1 ms')`;
const TAKE = `UPDATE wechat_ilink.deliveries d SET claimed_by = $4, attempts = d.attempts + $5
  FROM wechat_ilink.messages m, wechat_ilink.subscriptions s
  WHERE d.subscriber = $1 AND d.seq = $2 AND m.seq = d.seq AND s.subscriber = d.subscriber AND s.bot = m.bot
    AND NOT EXISTS (SELECT 1 FROM wechat_ilink.held_back h WHERE h.subscriber = d.subscriber)
    AND d.attempts = $6 AND d.next_at = $7 AND (d.claimed_by IN ('', $4) OR NOT ${LIVES})
  RETURNING ${MESSAGE}`;
/**
 * In one journey, when nobody else has it. Done again after a connection broke, it finds its own claim. Whoever comes second sees
 * the claim of the first, and has to look whether that one lives.
 */
const TAKE_FREE = `UPDATE wechat_ilink.deliveries d SET claimed_by = $3, attempts = $5::int + $4::int
  FROM wechat_ilink.messages m, wechat_ilink.subscriptions s
  WHERE d.subscriber = $1 AND d.seq = $2 AND m.seq = d.seq AND s.subscriber = d.subscriber AND s.bot = m.bot
    AND NOT EXISTS (SELECT 1 FROM wechat_ilink.held_back h WHERE h.subscriber = d.subscriber)
    AND (d.claimed_by = '' AND d.attempts = $5::int OR d.claimed_by = $3 AND d.attempts = $5::int + $4::int)
    AND d.next_at = $6 AND ${LATER}
  RETURNING ${MESSAGE}`;
const FIND = `SELECT d.attempts, d.next_at AS "nextAt", d.claimed_by NOT IN ('', $4) AND ${LIVES} AS "isElsewhere"
  ${OF_ITS_TOKEN} WHERE d.subscriber = $1 AND d.seq = $2`;

/** Claims a delivery that waits. See {@link Inbox.claim}; whether a process of another machine is dead is told by its time only. */
export async function claimDelivery(database: PostgresDatabase, claim: DeliveryClaim): Promise<Claimed> {
  const { subscriber, seq, owner, attempts, nextAt, countsStart } = claim;
  const starts = countsStart ? 1 : 0;
  const values = [subscriber, seq, owner, starts, attempts, nextAt];
  const message = await database.get<StoredMessage>(TAKE_FREE, ...values);
  return message ? { state: 'claimed', message } : claimFromOther(database, claim);
}

function claimFromOther(database: PostgresDatabase, claim: DeliveryClaim): Promise<Claimed> {
  const { subscriber, seq, owner, attempts, nextAt, countsStart, longestLifeMs } = claim;
  const whose = [subscriber, seq, longestLifeMs, owner];
  return database.transaction(async (sql) => {
    const [, message, row] = await Promise.all([
      sql.get(LOCK, subscriber, seq),
      sql.get<StoredMessage>(TAKE, ...whose, countsStart ? 1 : 0, attempts, nextAt),
      sql.get<{ attempts: number; nextAt: number; isElsewhere: boolean }>(FIND, ...whose),
    ]);
    if (message) return { state: 'claimed', message };
    if (!row) return { state: 'gone' };
    return row.isElsewhere
      ? { state: 'elsewhere' }
      : { state: 'changed', attempts: row.attempts, nextAt: row.nextAt };
  });
}

const THEIRS = `subscriber = $1 AND seq = $2 AND ($3::text IS NULL OR claimed_by = $3) AND ${LATER}`;

/**
 * Ends a claim.
 *
 * @param delivery with an `owner`, it does nothing when somebody else has it by now
 * @param again how often it was tried in vain, and when it is due; nothing when it is done with
 */
export async function settleDelivery(
  database: PostgresDatabase,
  { subscriber, seq, owner }: { subscriber: string; seq: number; owner: string | undefined },
  again?: { attempts: number; nextAt: number },
): Promise<void> {
  const whose = [subscriber, seq, owner ?? null];
  if (!again)
    return void (await database.run(`DELETE FROM wechat_ilink.deliveries WHERE ${THEIRS}`, ...whose));
  const sql = `UPDATE wechat_ilink.deliveries SET attempts = $4, next_at = $5, claimed_by = '' WHERE ${THEIRS}`;
  await database.run(sql, ...whose, again.attempts, again.nextAt);
}
