import type {
  Claimed,
  DeliveryClaim,
  Inbox,
  PendingDelivery,
  ReceivedBatch,
  ReceivedMessage,
  StoredMessage,
} from '../inbox';
import { indexed, sortBatch, type SortedBatch } from './batch';
import type { PostgresDatabase } from './database';
import { claimDelivery, MESSAGE, OF_ITS_TOKEN, settleDelivery } from './deliveries';
import type { Transaction } from './sql';
import { isCurrent } from './leases';
import { pages } from './pages';
import { lockScopeToKeep, SCOPE } from './scopes';
import { subscribe } from './subscriptions';

/** Messages that are kept in one transaction. More are kept in several. */
const BATCH = 500;

/** The tables of messages, of who wants them, and of who had them. */
export class PostgresInbox implements Inbox {
  /** Who listens through this process. */
  readonly listening = new Set<string>();

  constructor(private readonly database: PostgresDatabase) {}

  /** In two journeys to the database for up to 500 messages, and the cursor goes with the last ones. */
  async receive(batch: ReceivedBatch): Promise<StoredMessage[]> {
    const { messages, cursor } = batch;
    const kept: StoredMessage[] = [];
    for (let from = 0; from === 0 || from < messages.length; from += BATCH) {
      const part = messages.slice(from, from + BATCH);
      const isLast = from + BATCH >= messages.length;
      const keep = (sql: Transaction): Promise<StoredMessage[]> =>
        keepPart(sql, batch, part, isLast ? cursor : undefined);
      kept.push(...(await this.database.transaction(keep, { durable: part.length > 0 })));
    }
    return kept;
  }

  async cursor(connection: string): Promise<string> {
    const sql = 'SELECT cursor FROM wechat_ilink.cursors WHERE connection = $1';
    return (await this.database.get<{ cursor: string }>(sql, connection))?.cursor ?? '';
  }

  async subscribe(subscriber: string, bot: string, sleepersSince = Infinity): Promise<void> {
    this.listening.add(subscriber);
    await subscribe(this.database, subscriber, bot, sleepersSince);
  }

  async unsubscribe(subscriber: string, now: number): Promise<void> {
    this.listening.delete(subscriber);
    const sql = 'UPDATE wechat_ilink.subscriptions SET asleep_since = $2 WHERE subscriber = $1';
    await this.database.run(sql, subscriber, now);
  }

  pending(subscriber: string, afterSeq: number): Promise<PendingDelivery[]> {
    const sql = `SELECT d.seq, m.user_id AS "userId", d.attempts, d.next_at AS "nextAt" ${OF_ITS_TOKEN}
      WHERE d.subscriber = $1 AND d.seq > $2 ORDER BY d.seq LIMIT $3`;
    return pages<PendingDelivery>(Infinity, (after, most) =>
      this.database.all(sql, subscriber, after?.seq ?? afterSeq, most),
    );
  }

  waiting(subscriber: string, seq: number): Promise<StoredMessage | undefined> {
    const sql = `SELECT ${MESSAGE} ${OF_ITS_TOKEN} WHERE d.subscriber = $1 AND d.seq = $2`;
    return this.database.get<StoredMessage>(sql, subscriber, seq);
  }

  messagesAfter(bot: string, afterSeq: number, limit: number): Promise<StoredMessage[]> {
    const sql = `SELECT ${MESSAGE} FROM wechat_ilink.messages m WHERE m.bot = ${SCOPE} AND seq > $2 ORDER BY seq LIMIT $3`;
    return pages<StoredMessage>(limit, (after, most) =>
      this.database.all(sql, bot, after?.seq ?? afterSeq, most),
    );
  }

  async newestSeq(bot: string): Promise<number> {
    const sql = `SELECT max(seq) AS seq FROM wechat_ilink.messages WHERE bot = ${SCOPE}`;
    return (await this.database.get<{ seq: number | null }>(sql, bot))?.seq ?? 0;
  }

  claim(claim: DeliveryClaim): Promise<Claimed> {
    return claimDelivery(this.database, claim);
  }

  handedOver(subscriber: string, seq: number, owner?: string): Promise<void> {
    return settleDelivery(this.database, { subscriber, seq, owner });
  }

  attempted(
    subscriber: string,
    seq: number,
    attempts: number,
    nextAt: number,
    owner?: string,
  ): Promise<void> {
    return settleDelivery(this.database, { subscriber, seq, owner }, { attempts, nextAt });
  }
}

async function keepPart(
  sql: Transaction,
  batch: ReceivedBatch,
  messages: readonly ReceivedMessage[],
  cursor: string | undefined,
): Promise<StoredMessage[]> {
  const { bot, connection, receivedAt, writer } = batch;
  const keys = [...new Set(messages.flatMap((message) => message.keys.map(({ key }) => indexed(key))))];
  const find = (scope: string): string =>
    `SELECT key, seen_at AS at FROM wechat_ilink.seen WHERE bot = ${scope} AND key = ANY ($2)`;
  const numbers = `SELECT nextval('wechat_ilink.messages_seq_seq') AS seq FROM generate_series(1, $1::int)`;
  // Numbers are given when the lock is had, so that they are in the order of the commits.
  const [{ scope, isLate }, found, seqs] = await Promise.all([
    lockScopeToKeep(sql, bot, writer),
    sql.all<{ key: string; at: number }>(find(SCOPE), bot, keys),
    sql.all<{ seq: number }>(numbers, messages.length),
  ]);
  const seen = isLate ? await sql.all<{ key: string; at: number }>(find('$1'), scope, keys) : found;
  const sorted = sortBatch(messages, new Map(seen.map(({ key, at }) => [key, at])), receivedAt);
  const kept = sorted.fresh.map(({ userId, body, isEcho }, index) => {
    const kind: StoredMessage['kind'] = isEcho ? 'echo' : 'message';
    return { seq: seqs[index]!.seq, userId, receivedAt, body, kind };
  });
  if (messages.length > 0) writeMessages(sql, scope, batch, sorted, kept);
  // The token of a conversation with a login that has ended is of no use.
  if (!isLate) writeConversations(sql, scope, batch, sorted);
  if (cursor !== undefined) {
    const set = `INSERT INTO wechat_ilink.cursors (connection, cursor) SELECT $1, $2 WHERE ${isCurrent('$1', '$3')}
      ON CONFLICT (connection) DO UPDATE SET cursor = excluded.cursor`;
    sql.write(set, connection, cursor, batch.lease ?? null);
  }
  if (kept.length > 0) sql.announce({ bot, news: 'kept' });
  return kept;
}

const KEEP = `WITH
  keys AS (
    INSERT INTO wechat_ilink.seen (bot, key, seen_at) SELECT $1, key, $2 FROM unnest($3::text[]) AS key
    ON CONFLICT (bot, key) DO UPDATE SET seen_at = excluded.seen_at),
  fresh AS (
    SELECT * FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[]) AS f (seq, user_id, body, kind)),
  kept AS (
    INSERT INTO wechat_ilink.messages (seq, bot, user_id, received_at, body, kind)
    SELECT seq, $1, user_id, $2, body, kind FROM fresh),
  ids AS (
    INSERT INTO wechat_ilink.message_ids (bot, id, seq)
    SELECT $1, id, seq FROM unnest($8::text[], $9::bigint[]) AS i (id, seq) ORDER BY seq ON CONFLICT DO NOTHING),
  subscribers AS (
    SELECT subscriber FROM wechat_ilink.subscriptions
    WHERE bot = $1 AND (asleep_since IS NULL OR asleep_since >= $10::float8)),
  delivered AS (
    INSERT INTO wechat_ilink.deliveries (subscriber, seq)
    SELECT subscriber, seq FROM subscribers, fresh WHERE kind = 'message')
  INSERT INTO wechat_ilink.unclaimed (seq, bot)
  SELECT seq, $1 FROM fresh WHERE kind = 'message' AND $11 AND NOT EXISTS (SELECT 1 FROM subscribers)`;

/** Messages, what they are known by, and a delivery for everybody who is subscribed, in one statement. */
function writeMessages(
  sql: Transaction,
  scope: string,
  { receivedAt, sleepersSince, keepForLater = false }: ReceivedBatch,
  { fresh, keys }: SortedBatch,
  kept: StoredMessage[],
): void {
  // The bot's own message may not be quoted as one of the person.
  const ids = fresh.flatMap(({ ids = [], isEcho }, index) =>
    isEcho ? [] : ids.map((id) => ({ id: indexed(id), seq: kept[index]!.seq })),
  );
  const columns = (['seq', 'userId', 'body', 'kind'] as const).map((name) =>
    kept.map((message) => message[name]),
  );
  const idColumns = [ids.map(({ id }) => id), ids.map(({ seq }) => seq)];
  sql.write(KEEP, scope, receivedAt, keys, ...columns, ...idColumns, sleepersSince, keepForLater);
}

/** Who wrote: the window is open again, and the count starts anew. */
function writeConversations(
  sql: Transaction,
  scope: string,
  { bot, login, receivedAt }: ReceivedBatch,
  { refreshed, wrote }: SortedBatch,
): void {
  if (refreshed.size > 0) {
    const refresh = `UPDATE wechat_ilink.conversations c SET context_token = r.token, login = $2
      FROM unnest($3::text[], $4::text[]) AS r (user_id, token)
      WHERE c.bot = $1 AND c.user_id = r.user_id AND c.login IN ($2, '')`;
    sql.write(refresh, scope, login, [...refreshed.keys()], [...refreshed.values()]);
  }
  if (wrote.size === 0) return;
  // A token of another login is of no use any more.
  const open = `INSERT INTO wechat_ilink.conversations AS c
      (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login)
    SELECT $1, user_id, token, $3, 0, false, $2 FROM unnest($4::text[], $5::text[]) AS w (user_id, token)
    ON CONFLICT (bot, user_id) DO UPDATE SET last_inbound_at = excluded.last_inbound_at, sent_since = 0,
      closed_by_server = false, login = excluded.login,
      context_token = CASE WHEN excluded.context_token = '' AND c.login IN (excluded.login, '')
        THEN c.context_token ELSE excluded.context_token END`;
  const users = [...wrote.keys()];
  sql.write(open, scope, login, receivedAt, users, [...wrote.values()]);
  const relieve = `UPDATE wechat_ilink.pacing SET throttled_until = 0, throttles = 0
    WHERE bot = $1 AND user_id = ANY ($2) AND throttles > 0`;
  sql.write(relieve, bot, users);
}
