import type { Claimed, DeliveryClaim, StoredMessage } from '../inbox';
import type { PostgresDatabase } from './database';
import { LATER } from './sql';

/** Whether the process that has the claim is heard of, by the database's clock. @param longestLifeMs of a heartbeat to believe */
function lives(longestLifeMs: string): string {
  return `EXISTS (SELECT 1 FROM wechat_ilink.owners o WHERE o.owner = d.claimed_by
    AND o.alive_until > clock_timestamp() AND o.alive_until <= clock_timestamp() + ${longestLifeMs} * interval '1 ms')`;
}

const OF_ITS_TOKEN = `s.subscriber = d.subscriber AND s.bot = m.bot
  AND NOT EXISTS (SELECT 1 FROM wechat_ilink.held_back h WHERE h.subscriber = d.subscriber)`;
// A claim whose answer got lost is made again, and finds its own.
const TAKE = `UPDATE wechat_ilink.deliveries d SET claimed_by = $3, attempts = $4::int + $6::int
  FROM wechat_ilink.messages m, wechat_ilink.subscriptions s
  WHERE d.subscriber = $1 AND d.seq = $2 AND m.seq = d.seq AND ${OF_ITS_TOKEN} AND d.next_at = $5 AND ${LATER}
    AND ((d.attempts = $4::int AND (d.claimed_by IN ('', $3) OR NOT ${lives('$7')}))
      OR (d.claimed_by = $3 AND d.attempts = $4::int + $6::int))
  RETURNING m.seq, m.user_id AS "userId", m.received_at AS "receivedAt", m.body, m.kind`;
const FIND = `SELECT d.attempts, d.next_at AS "nextAt", d.claimed_by NOT IN ('', $3) AND ${lives('$4')} AS "isElsewhere"
  FROM wechat_ilink.deliveries d, wechat_ilink.messages m, wechat_ilink.subscriptions s
  WHERE d.subscriber = $1 AND d.seq = $2 AND m.seq = d.seq AND ${OF_ITS_TOKEN}`;

interface Row {
  attempts: number;
  nextAt: number;
  isElsewhere: boolean;
}

/** Claims a delivery that waits, in one journey to the database when nobody else has it. See {@link Inbox.claim}. */
export async function claimDelivery(database: PostgresDatabase, claim: DeliveryClaim): Promise<Claimed> {
  const { subscriber, seq, owner, attempts, nextAt, countsStart, longestLifeMs } = claim;
  const taken = [subscriber, seq, owner, attempts, nextAt, Number(countsStart), longestLifeMs];
  const message = await database.get<StoredMessage>(TAKE, ...taken);
  if (message) return { state: 'claimed', message };
  const row = await database.get<Row>(FIND, subscriber, seq, owner, longestLifeMs);
  if (!row) return { state: 'gone' };
  if (row.isElsewhere) return { state: 'elsewhere' };
  return { state: 'changed', attempts: row.attempts, nextAt: row.nextAt };
}

const IS_THEIRS = `subscriber = $1 AND seq = $2 AND ($3::text IS NULL OR claimed_by = $3) AND ${LATER}`;

/** Ends a claim. See {@link Inbox.handedOver}. */
export async function endDelivery(
  database: PostgresDatabase,
  subscriber: string,
  seq: number,
  owner: string | undefined,
): Promise<void> {
  const sql = `DELETE FROM wechat_ilink.deliveries WHERE ${IS_THEIRS}`;
  await database.run(sql, subscriber, seq, owner ?? null);
}

/** Ends a claim; it is to be tried again. See {@link Inbox.attempted}. */
export async function delayDelivery(
  database: PostgresDatabase,
  { subscriber, seq, owner }: { subscriber: string; seq: number; owner: string | undefined },
  again: { attempts: number; nextAt: number },
): Promise<void> {
  const sql = `UPDATE wechat_ilink.deliveries SET attempts = $4, next_at = $5, claimed_by = '' WHERE ${IS_THEIRS}`;
  await database.run(sql, subscriber, seq, owner ?? null, again.attempts, again.nextAt);
}
