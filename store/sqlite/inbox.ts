import type {
  Claimed,
  DeliveryClaim,
  Inbox,
  PendingDelivery,
  ReceivedBatch,
  ReceivedMessage,
  StoredMessage,
} from '../inbox';
import type { Access } from './access';
import type { SqliteConversations } from './conversations';
import type { Database } from './database';
import { claimDelivery, settleDelivery } from './deliveries';
import { isCurrent } from './leases';
import type { SqliteLogins } from './logins';
import { inPages, pages } from './pages';
import { noteIds } from './recent';
import { wasSeen } from './seen';
import { breathe } from './steps';
import type { SqliteSubscriptions } from './subscriptions';

const MESSAGE = 'seq, user_id AS userId, received_at AS receivedAt, body, kind';
/** What was kept for a subscriber while it had another token is not for the one that it has now. */
const OF_ITS_TOKEN = `JOIN subscriptions s ON s.subscriber = d.subscriber AND s.bot = m.bot
  AND NOT EXISTS (SELECT 1 FROM held_back h WHERE h.subscriber = d.subscriber)`;
/** Messages that are kept in one transaction: as many as WeChat puts into an answer. More are kept in several. */
const BATCH = 100;
/** Messages that are given to those who listen again in one transaction. */
const CLAIMED_AT_ONCE = 100;

/** The tables of messages, of who wants them, and of who had them. */
export class SqliteInbox implements Inbox {
  private readonly database: Database;
  /** Who listens through this process, and to which bot: when the file has to be begun anew, they go on to. */
  private readonly awake = new Map<string, string>();

  constructor(
    private readonly access: Access,
    private readonly tables: {
      logins: SqliteLogins;
      conversations: SqliteConversations;
      subscriptions: SqliteSubscriptions;
    },
  ) {
    this.database = access.database;
  }

  /** Who listens through this process. */
  get listening(): ReadonlySet<string> {
    return new Set(this.awake.keys());
  }

  /** In several transactions when there are very many; the cursor goes with the last ones. */
  async receive(batch: ReceivedBatch): Promise<StoredMessage[]> {
    const { messages, cursor } = batch;
    let left = messages.length;
    const fresh = await inPages(
      messages,
      (part) =>
        this.access
          .write(() => {
            const { scope, isLate } = this.tables.logins.scopeToKeep(batch.bot, batch.writer);
            const kept = part.flatMap((message) => this.keep(scope, batch, message, isLate));
            if (cursor !== undefined && left <= part.length) this.setCursor(batch, cursor);
            return kept;
          }, part.length > 0)
          .then((kept) => {
            left -= part.length;
            return kept;
          }),
      BATCH,
    );
    return fresh.flat();
  }

  cursor(connection: string): Promise<string> {
    const sql = 'SELECT cursor FROM cursors WHERE connection = ?';
    return this.access.read(() => this.database.get<{ cursor: string }>(sql, connection)?.cursor ?? '');
  }

  async subscribe(subscriber: string, bot: string, sleepersSince = Infinity): Promise<void> {
    this.awake.set(subscriber, bot);
    if (await this.access.read(() => this.isServed(subscriber, bot))) return;
    const step = (): number =>
      this.claimForAll(this.tables.subscriptions.wake(subscriber, bot), sleepersSince);
    while ((await this.access.write(step, true)) > 0) await breathe();
  }

  async unsubscribe(subscriber: string, now: number): Promise<void> {
    this.awake.delete(subscriber);
    await this.write('UPDATE subscriptions SET asleep_since = ? WHERE subscriber = ?', now, subscriber);
  }

  /** The file was begun anew, and it may not be known in there who listens through this process. */
  subscribeAgain(): void {
    const { subscriptions } = this.tables;
    this.database.transaction(
      () => this.awake.forEach((bot, subscriber) => subscriptions.wake(subscriber, bot)),
      true,
    );
  }

  pending(subscriber: string, afterSeq: number): Promise<PendingDelivery[]> {
    const sql = `SELECT d.seq, m.user_id AS userId, d.attempts, d.next_at AS nextAt
      FROM deliveries d JOIN messages m USING (seq) ${OF_ITS_TOKEN}
      WHERE d.subscriber = ? AND d.seq > ? ORDER BY d.seq LIMIT ?`;
    return pages<PendingDelivery>(this.access, Infinity, (after, most) =>
      this.database.all<PendingDelivery>(sql, subscriber, after?.seq ?? afterSeq, most),
    );
  }

  claim(claim: DeliveryClaim, isDead: (owner: string, aliveUntil: number) => boolean): Promise<Claimed> {
    return this.access.write(() => {
      const message = this.findWaiting(claim.subscriber, claim.seq);
      return message ? claimDelivery(this.database, claim, message, isDead) : { state: 'gone' };
    });
  }

  waiting(subscriber: string, seq: number): Promise<StoredMessage | undefined> {
    return this.access.read(() => this.findWaiting(subscriber, seq));
  }

  messagesAfter(bot: string, afterSeq: number, limit: number): Promise<StoredMessage[]> {
    const sql = `SELECT ${MESSAGE} FROM messages WHERE bot = ? AND seq > ? ORDER BY seq LIMIT ?`;
    return pages<StoredMessage>(this.access, limit, (after, most) =>
      this.database.all<StoredMessage>(sql, this.tables.logins.scopeOf(bot), after?.seq ?? afterSeq, most),
    );
  }

  newestSeq(bot: string): Promise<number> {
    const sql = 'SELECT max(seq) AS seq FROM messages WHERE bot = ?';
    return this.access.read(() => {
      const scope = this.tables.logins.scopeOf(bot);
      return this.database.get<{ seq: number | null }>(sql, scope)?.seq ?? 0;
    });
  }

  async handedOver(subscriber: string, seq: number, owner?: string): Promise<void> {
    await this.access.write(() => settleDelivery(this.database, { subscriber, seq, owner }));
  }

  async attempted(
    subscriber: string,
    seq: number,
    attempts: number,
    nextAt: number,
    owner?: string,
  ): Promise<void> {
    await this.access.write(() =>
      settleDelivery(this.database, { subscriber, seq, owner }, { attempts, nextAt }),
    );
  }

  private findWaiting(subscriber: string, seq: number): StoredMessage | undefined {
    const sql = `SELECT ${MESSAGE} FROM deliveries d JOIN messages m USING (seq) ${OF_ITS_TOKEN}
      WHERE d.subscriber = ? AND seq = ?`;
    return this.database.get<StoredMessage>(sql, subscriber, seq);
  }

  private setCursor({ connection, lease }: ReceivedBatch, cursor: string): void {
    if (lease !== undefined && !isCurrent(this.database, { connection, lease })) return;
    const sql = `INSERT INTO cursors (connection, cursor) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET cursor = excluded.cursor`;
    this.database.run(sql, connection, cursor);
  }

  /** Whether `subscriber` is subscribed, and nothing is left that came while nobody was. */
  private isServed(subscriber: string, bot: string): boolean {
    const { logins, subscriptions } = this.tables;
    if (!subscriptions.isAwake(subscriber, bot)) return false;
    const unclaimed = 'SELECT 1 FROM unclaimed WHERE bot = ? LIMIT 1';
    return this.database.get(unclaimed, logins.scopeOf(bot)) === undefined;
  }

  private keep(
    scope: string,
    batch: ReceivedBatch,
    message: ReceivedMessage,
    isLate: boolean,
  ): StoredMessage[] {
    const { conversations } = this.tables;
    const { receivedAt } = batch;
    const { userId, body, contextToken, isEcho } = message;
    const seen = wasSeen(this.database, scope, message, receivedAt);
    // A message that came before may bring a newer token than the first time, but the user has not written again.
    const isOfUser = userId !== '' && !isEcho && !isLate;
    if (isOfUser && contextToken && seen) conversations.refreshToken(scope, batch, userId, contextToken);
    if (seen) return [];
    // The token of a conversation with a login that has ended is of no use.
    if (isOfUser) conversations.userWrote(scope, batch, userId, contextToken ?? '');
    const kind = isEcho ? 'echo' : 'message';
    const insert = 'INSERT INTO messages (bot, user_id, received_at, body, kind) VALUES (?, ?, ?, ?, ?)';
    const seq = this.database.run(insert, scope, userId, receivedAt, body, kind).lastId;
    if (!isEcho) this.deliver(scope, batch, seq, message);
    return [{ seq, userId, receivedAt, body, kind }];
  }

  private deliver(
    scope: string,
    { sleepersSince, keepForLater }: ReceivedBatch,
    seq: number,
    { ids }: ReceivedMessage,
  ): void {
    noteIds(this.database, scope, seq, ids ?? []);
    const deliver = `INSERT INTO deliveries (subscriber, seq)
      SELECT subscriber, ? FROM subscriptions WHERE bot = ? AND (asleep_since IS NULL OR asleep_since >= ?)`;
    const taken = this.database.run(deliver, seq, scope, sleepersSince).changes > 0;
    if (taken || !keepForLater) return;
    this.database.run('INSERT INTO unclaimed (seq, bot) VALUES (?, ?)', seq, scope);
  }

  /**
   * Somebody listens again: what came while nobody did is for all who would have heard it. The oldest of it first.
   *
   * @returns how many were given out; more may be left
   */
  private claimForAll(scope: string, sleepersSince: number): number {
    const few = 'SELECT seq FROM unclaimed WHERE bot = ? ORDER BY seq LIMIT ?';
    const seqs = this.database.all<{ seq: number }>(few, scope, CLAIMED_AT_ONCE).map(({ seq }) => seq);
    const deliver = `INSERT OR IGNORE INTO deliveries (subscriber, seq)
      SELECT s.subscriber, m.seq FROM messages m JOIN subscriptions s ON s.bot = m.bot
      WHERE m.seq = ? AND (s.asleep_since IS NULL OR s.asleep_since >= ?)`;
    for (const seq of seqs) {
      this.database.run(deliver, seq, sleepersSince);
      this.database.run('DELETE FROM unclaimed WHERE seq = ?', seq);
    }
    return seqs.length;
  }

  private async write(sql: string, ...values: Parameters<Database['run']>[1][]): Promise<void> {
    await this.access.write(() => this.database.run(sql, ...values));
  }
}
