import { dirname } from 'node:path';

import type {
  Conversation,
  Forgotten,
  LeaseClaim,
  PendingDelivery,
  Pruned,
  ReceivedBatch,
  ReceivedMessage,
  Retention,
  Store,
  StoredMessage,
} from '../store';
import type { Database } from './database';
import { forgetBot } from './forget';
import { SqliteSlips } from './slips';
import { openDatabase, type SetAside } from './open';
import { checkRoom } from './room';

const MESSAGE = 'seq, user_id AS userId, received_at AS receivedAt, body';

const CONVERSATION = `user_id AS userId, context_token AS contextToken, last_inbound_at AS lastInboundAt,
  sent_since AS sentSince, closed_by_server AS closedByServer`;
type ConversationRow = Omit<Conversation, 'closedByServer'> & { closedByServer: number };

/** {@link Store} in one SQLite file, which several processes on one machine may share. */
export class SqliteStore implements Store {
  readonly slips: SqliteSlips;

  private constructor(
    private readonly database: Database,
    private readonly folder: string,
  ) {
    this.slips = new SqliteSlips(database);
  }

  /**
   * @param path where the file is, or will be
   * @param onSetAside told when a file that lay there could not be used
   * @throws when the folder or the file cannot be written
   */
  static open(path: string, now: number, onSetAside: (file: SetAside) => void): SqliteStore {
    return new SqliteStore(openDatabase(path, now, onSetAside), dirname(path));
  }

  async receive(batch: ReceivedBatch): Promise<StoredMessage[]> {
    return this.database.transaction(() => {
      const fresh = batch.messages.flatMap((message) => this.keep(batch, message));
      if (batch.cursor !== undefined) {
        const sql = 'INSERT INTO cursors VALUES (?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor';
        this.database.run(sql, batch.connection, batch.cursor);
      }
      return fresh;
    }, batch.messages.length > 0);
  }

  async cursor(connection: string): Promise<string> {
    const row = this.database.get<{ cursor: string }>(
      'SELECT cursor FROM cursors WHERE connection = ?',
      connection,
    );
    return row?.cursor ?? '';
  }

  async subscribe(subscriber: string, bot: string): Promise<void> {
    const sql = `INSERT INTO subscriptions VALUES (?, ?, NULL)
      ON CONFLICT DO UPDATE SET bot = excluded.bot, asleep_since = NULL`;
    this.database.transaction(() => this.database.run(sql, subscriber, bot), true);
  }

  async unsubscribe(subscriber: string, now: number): Promise<void> {
    this.write('UPDATE subscriptions SET asleep_since = ? WHERE subscriber = ?', now, subscriber);
  }

  async pending(subscriber: string, afterSeq: number): Promise<PendingDelivery[]> {
    return this.database.all<PendingDelivery>(
      `SELECT d.seq, m.user_id AS userId, d.attempts, d.next_at AS nextAt
       FROM deliveries d JOIN messages m USING (seq)
       WHERE d.subscriber = ? AND d.seq > ? ORDER BY d.seq`,
      subscriber,
      afterSeq,
    );
  }

  async waiting(subscriber: string, seq: number): Promise<StoredMessage | undefined> {
    return this.database.get<StoredMessage>(
      `SELECT ${MESSAGE} FROM messages JOIN deliveries USING (seq) WHERE subscriber = ? AND seq = ?`,
      subscriber,
      seq,
    );
  }

  async messagesAfter(bot: string, afterSeq: number, limit: number): Promise<StoredMessage[]> {
    const sql = `SELECT ${MESSAGE} FROM messages WHERE bot = ? AND seq > ? ORDER BY seq LIMIT ?`;
    return this.database.all<StoredMessage>(sql, bot, afterSeq, limit);
  }

  async newestSeq(bot: string): Promise<number> {
    const row = this.database.get<{ seq: number | null }>(
      'SELECT max(seq) AS seq FROM messages WHERE bot = ?',
      bot,
    );
    return row?.seq ?? 0;
  }

  async handedOver(subscriber: string, seq: number): Promise<void> {
    this.write('DELETE FROM deliveries WHERE subscriber = ? AND seq = ?', subscriber, seq);
  }

  async attemptFailed(subscriber: string, seq: number, nextAt: number): Promise<void> {
    const sql = 'UPDATE deliveries SET attempts = attempts + 1, next_at = ? WHERE subscriber = ? AND seq = ?';
    this.write(sql, nextAt, subscriber, seq);
  }

  async conversation(bot: string, userId: string): Promise<Conversation | undefined> {
    const sql = `SELECT ${CONVERSATION} FROM conversations WHERE bot = ? AND user_id = ?`;
    const row = this.database.get<ConversationRow>(sql, bot, userId);
    return row && { ...row, closedByServer: row.closedByServer === 1 };
  }

  async conversations(bot: string, limit: number): Promise<Conversation[]> {
    const sql = `SELECT ${CONVERSATION} FROM conversations WHERE bot = ? ORDER BY last_inbound_at DESC LIMIT ?`;
    const rows = this.database.all<ConversationRow>(sql, bot, limit);
    return rows.map((row) => ({ ...row, closedByServer: row.closedByServer === 1 }));
  }

  async messageSent(bot: string, userId: string): Promise<void> {
    const sql = `INSERT INTO conversations VALUES (?, ?, '', 0, 1, 0)
      ON CONFLICT DO UPDATE SET sent_since = sent_since + 1, closed_by_server = 0`;
    this.write(sql, bot, userId);
  }

  async windowClosed(bot: string, userId: string): Promise<void> {
    const sql = `INSERT INTO conversations VALUES (?, ?, '', 0, 0, 1)
      ON CONFLICT DO UPDATE SET closed_by_server = 1`;
    this.write(sql, bot, userId);
  }

  async version(): Promise<number> {
    return this.database.get<{ data_version: number }>('PRAGMA data_version')!.data_version;
  }

  async checkWritable(now: number): Promise<void> {
    checkRoom(this.folder);
    this.write('INSERT INTO probes VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at', now);
  }

  async heartbeat(owner: string, aliveUntil: number): Promise<void> {
    const sql =
      'INSERT INTO owners VALUES (?, ?) ON CONFLICT DO UPDATE SET alive_until = excluded.alive_until';
    this.write(sql, owner, aliveUntil);
  }

  async lastHeartbeat(): Promise<number> {
    return this.database.get<{ at: number | null }>('SELECT max(alive_until) AS at FROM owners')?.at ?? 0;
  }

  async acquire(claim: LeaseClaim, isDead: (owner: string) => boolean): Promise<boolean> {
    const { connection, owner } = claim;
    if (this.holder(connection) === owner) return true;
    return this.database.transaction(() => {
      const holder = this.holder(connection);
      if (holder !== undefined && holder !== owner && this.lives(holder, claim) && !isDead(holder))
        return false;
      const sql = 'INSERT INTO leases VALUES (?, ?) ON CONFLICT DO UPDATE SET owner = excluded.owner';
      this.database.run(sql, connection, owner);
      return true;
    });
  }

  async release(connection: string, owner: string): Promise<void> {
    this.write('DELETE FROM leases WHERE connection = ? AND owner = ?', connection, owner);
  }

  async prune(limits: Retention): Promise<Pruned> {
    const pruned = this.database.transaction(() => {
      const waiting = this.pruneWaiting(limits);
      const messages = this.pruneMessages(limits);
      this.database.run('DELETE FROM seen WHERE seen_at < ?', limits.before);
      this.database.run('DELETE FROM owners WHERE alive_until < ?', limits.before);
      return { messages, waiting };
    });
    this.database.exec('PRAGMA incremental_vacuum');
    return pruned;
  }

  async forget(bot: string, connection: string): Promise<Forgotten> {
    return forgetBot(this.database, bot, connection);
  }

  async close(): Promise<void> {
    this.database.close();
  }

  private keep(batch: ReceivedBatch, message: ReceivedMessage): StoredMessage[] {
    const { bot, receivedAt } = batch;
    const { userId, body, contextToken } = message;
    const seen = this.wasSeen(bot, message, receivedAt);
    // A message that came before may bring a newer token than the first time, but the user has not written again.
    if (userId && contextToken && seen) this.refreshToken(bot, userId, contextToken);
    if (seen) return [];
    if (userId) this.rememberInbound(bot, userId, contextToken ?? '', receivedAt);
    const insert = 'INSERT INTO messages (bot, user_id, received_at, body) VALUES (?, ?, ?, ?)';
    const seq = this.database.run(insert, bot, userId, receivedAt, body).lastId;
    const deliver = `INSERT INTO deliveries (subscriber, seq)
      SELECT subscriber, ? FROM subscriptions WHERE bot = ? AND (asleep_since IS NULL OR asleep_since >= ?)`;
    this.database.run(deliver, seq, bot, batch.sleepersSince);
    return [{ seq, userId, receivedAt, body }];
  }

  /** Whether any key was seen within its window; notes all of them, so that a chain of duplicates ends with the first. */
  private wasSeen(bot: string, { keys }: ReceivedMessage, now: number): boolean {
    let seen = false;
    for (const { key, windowMs } of keys) {
      const row = this.database.get<{ at: number }>(
        'SELECT seen_at AS at FROM seen WHERE bot = ? AND key = ?',
        bot,
        key,
      );
      seen ||= row !== undefined && Math.abs(now - row.at) <= windowMs;
      const sql = 'INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at';
      this.database.run(sql, bot, key, now);
    }
    return seen;
  }

  /** The user wrote: the window is open again, and the count starts anew. */
  private rememberInbound(bot: string, userId: string, contextToken: string, now: number): void {
    const sql = `INSERT INTO conversations VALUES (?, ?, ?, ?, 0, 0)
      ON CONFLICT DO UPDATE SET last_inbound_at = excluded.last_inbound_at, sent_since = 0, closed_by_server = 0,
        context_token = iif(excluded.context_token = '', context_token, excluded.context_token)`;
    this.database.run(sql, bot, userId, contextToken, now);
  }

  private refreshToken(bot: string, userId: string, contextToken: string): void {
    const sql = 'UPDATE conversations SET context_token = ? WHERE bot = ? AND user_id = ?';
    this.database.run(sql, contextToken, bot, userId);
  }

  private holder(connection: string): string | undefined {
    return this.database.get<{ owner: string }>('SELECT owner FROM leases WHERE connection = ?', connection)
      ?.owner;
  }

  private lives(owner: string, { now, longestLifeMs }: LeaseClaim): boolean {
    const row = this.database.get<{ until: number }>(
      'SELECT alive_until AS until FROM owners WHERE owner = ?',
      owner,
    );
    return row !== undefined && row.until > now && row.until <= now + longestLifeMs;
  }

  private pruneWaiting({ before, waiting }: Retention): number {
    const old = 'DELETE FROM deliveries WHERE seq IN (SELECT seq FROM messages WHERE received_at < ?)';
    const tooMany = `DELETE FROM deliveries WHERE seq <= (
      SELECT seq FROM deliveries ORDER BY seq DESC LIMIT 1 OFFSET ?)`;
    return this.database.run(old, before).changes + this.database.run(tooMany, waiting).changes;
  }

  private pruneMessages({ before, messages }: Retention): number {
    const unwanted = 'NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = messages.seq)';
    let gone = this.database.run(
      `DELETE FROM messages WHERE received_at < ? AND ${unwanted}`,
      before,
    ).changes;
    const bots = this.database.all<{ bot: string }>('SELECT DISTINCT bot FROM messages');
    for (const { bot } of bots) {
      const sql = `DELETE FROM messages WHERE bot = ? AND ${unwanted} AND seq <= (
        SELECT seq FROM messages WHERE bot = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)`;
      gone += this.database.run(sql, bot, bot, messages).changes;
    }
    return gone;
  }

  private write(sql: string, ...values: Parameters<Database['run']>[1][]): void {
    this.database.transaction(() => this.database.run(sql, ...values));
  }
}
