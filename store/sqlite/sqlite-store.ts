import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import {
  STORE_GONE,
  type Conversation,
  type Forgotten,
  type KeptPiece,
  type LeaseClaim,
  type PendingDelivery,
  type Proof,
  type Pruned,
  type ReceivedBatch,
  type ReceivedMessage,
  type RecentMessage,
  type Retention,
  type SendClaim,
  type SendProgress,
  type SendTerms,
  type SentMessage,
  type Store,
  type StoredMessage,
  type UnreadablePiece,
} from '../store';
import type { Notice } from '../outbox';
import { SqliteConversations } from './conversations';
import type { Database } from './database';
import { forgetBot } from './forget';
import { SqliteLeases } from './leases';
import { SqliteLogins } from './logins';
import { SqliteNotes } from './notes';
import { openDatabase, type SetAside } from './open';
import { SqliteOutbox } from './outbox';
import { prune } from './prune';
import { findRecent, noteIds, noteSent } from './recent';
import { checkRoom } from './room';
import { SqliteSlips } from './slips';
import { SqliteSubscriptions } from './subscriptions';
import { SqliteUnreadable } from './unreadable';

const MESSAGE = 'seq, user_id AS userId, received_at AS receivedAt, body, kind';
/** What was kept for a subscriber while it had another token is not for the one that it has now. */
const OF_ITS_TOKEN = `JOIN subscriptions s ON s.subscriber = d.subscriber AND s.bot = m.bot
  AND NOT EXISTS (SELECT 1 FROM held_back h WHERE h.subscriber = d.subscriber)`;

/** {@link Store} in one SQLite file, which several processes on one machine may share. */
export class SqliteStore implements Store {
  readonly outbox: SqliteOutbox;
  readonly slips: SqliteSlips;
  private readonly talks: SqliteConversations;
  private readonly notes: SqliteNotes;
  private readonly leases: SqliteLeases;
  private readonly logins: SqliteLogins;
  private readonly subscriptions: SqliteSubscriptions;
  private readonly unread: SqliteUnreadable;

  private constructor(
    private readonly database: Database,
    private readonly path: string,
  ) {
    this.logins = new SqliteLogins(database);
    this.subscriptions = new SqliteSubscriptions(database, this.logins);
    this.outbox = new SqliteOutbox(database, this.logins);
    this.slips = new SqliteSlips(database);
    this.talks = new SqliteConversations(database, this.logins);
    this.notes = new SqliteNotes(database);
    this.leases = new SqliteLeases(database);
    this.unread = new SqliteUnreadable(database, this.logins);
  }

  /**
   * @param path where the file is, or will be
   * @param onSetAside told when a file that lay there could not be used
   * @throws when the folder or the file cannot be written
   */
  static open(path: string, now: number, onSetAside: (file: SetAside) => void): SqliteStore {
    return new SqliteStore(openDatabase(path, now, onSetAside), path);
  }

  async receive(batch: ReceivedBatch): Promise<StoredMessage[]> {
    return this.database.transaction(() => {
      const scope = this.logins.scopeFor(batch.bot);
      const fresh = batch.messages.flatMap((message) => this.keep(scope, batch, message));
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

  async subscribe(subscriber: string, bot: string, sleepersSince = Infinity): Promise<void> {
    if (this.subscriptions.isAwake(subscriber, bot)) return;
    this.database.transaction(() => {
      this.claimForAll(this.subscriptions.wake(subscriber, bot), sleepersSince);
    }, true);
  }

  async unsubscribe(subscriber: string, now: number): Promise<void> {
    this.write('UPDATE subscriptions SET asleep_since = ? WHERE subscriber = ?', now, subscriber);
  }

  async pending(subscriber: string, afterSeq: number): Promise<PendingDelivery[]> {
    return this.database.all<PendingDelivery>(
      `SELECT d.seq, m.user_id AS userId, d.attempts, d.next_at AS nextAt
       FROM deliveries d JOIN messages m USING (seq) ${OF_ITS_TOKEN}
       WHERE d.subscriber = ? AND d.seq > ? ORDER BY d.seq`,
      subscriber,
      afterSeq,
    );
  }

  async waiting(subscriber: string, seq: number): Promise<StoredMessage | undefined> {
    return this.database.get<StoredMessage>(
      `SELECT ${MESSAGE} FROM deliveries d JOIN messages m USING (seq) ${OF_ITS_TOKEN}
       WHERE d.subscriber = ? AND seq = ?`,
      subscriber,
      seq,
    );
  }

  async messagesAfter(bot: string, afterSeq: number, limit: number): Promise<StoredMessage[]> {
    const sql = `SELECT ${MESSAGE} FROM messages WHERE bot = ? AND seq > ? ORDER BY seq LIMIT ?`;
    return this.database.all<StoredMessage>(sql, this.logins.scopeOf(bot), afterSeq, limit);
  }

  async newestSeq(bot: string): Promise<number> {
    const row = this.database.get<{ seq: number | null }>(
      'SELECT max(seq) AS seq FROM messages WHERE bot = ?',
      this.logins.scopeOf(bot),
    );
    return row?.seq ?? 0;
  }

  async handedOver(subscriber: string, seq: number): Promise<void> {
    this.write('DELETE FROM deliveries WHERE subscriber = ? AND seq = ?', subscriber, seq);
  }

  async attempted(subscriber: string, seq: number, attempts: number, nextAt: number): Promise<void> {
    const sql = 'UPDATE deliveries SET attempts = ?, next_at = ? WHERE subscriber = ? AND seq = ?';
    this.write(sql, attempts, nextAt, subscriber, seq);
  }

  conversation(bot: string, userId: string): Promise<Conversation | undefined> {
    return this.talks.conversation(bot, userId);
  }

  conversations(bot: string, limit: number): Promise<Conversation[]> {
    return this.talks.conversations(bot, limit);
  }

  claimSend(bot: string, userId: string, terms?: SendTerms): Promise<SendClaim> {
    return this.talks.claimSend(bot, userId, terms);
  }

  returnSend(bot: string, userId: string, claim: SendClaim, closed: boolean): Promise<void> {
    return this.talks.returnSend(bot, userId, claim, closed);
  }

  reopened(bot: string, userId: string): Promise<void> {
    return this.talks.reopened(bot, userId);
  }

  learn(fact: string): Promise<void> {
    return this.notes.learn(fact);
  }

  knows(fact: string): Promise<boolean> {
    return this.notes.knows(fact);
  }

  noteUnfinished(send: string, progress: SendProgress): Promise<void> {
    return this.notes.noteUnfinished(send, progress);
  }

  takeUnfinished(send: string, execution?: string): Promise<SendProgress | undefined> {
    return this.notes.takeUnfinished(send, execution);
  }

  async rememberSent(bot: string, messages: SentMessage[]): Promise<void> {
    this.database.transaction(() => {
      const scope = this.logins.scopeFor(bot);
      messages.forEach((message) => noteSent(this.database, scope, message));
    });
  }

  async recentMessage(bot: string, userId: string, id: string): Promise<RecentMessage | undefined> {
    return findRecent(this.database, this.logins.scopeOf(bot), userId, id);
  }

  prove(proof: Proof): Promise<boolean> {
    return this.logins.prove(proof);
  }

  provenUser(bot: string): Promise<string | undefined> {
    return this.logins.provenUser(bot);
  }

  keepUnreadable(bot: string, pieces: UnreadablePiece[], notice: Notice): Promise<number> {
    return this.unread.keepUnreadable(bot, pieces, notice);
  }

  unreadable(bot: string): Promise<KeptPiece[]> {
    return this.unread.unreadable(bot);
  }

  async version(): Promise<number> {
    return this.database.get<{ data_version: number }>('PRAGMA data_version')!.data_version;
  }

  async checkWritable(now: number): Promise<void> {
    // On most systems a file that was deleted can still be written, and is gone with the process.
    if (!existsSync(this.path)) throw Object.assign(new Error('The file is gone'), { code: STORE_GONE });
    checkRoom(dirname(this.path));
    this.write('INSERT INTO probes VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at', now);
  }

  heartbeat(owner: string, aliveUntil: number): Promise<void> {
    return this.leases.heartbeat(owner, aliveUntil);
  }

  lastHeartbeat(latest: number): Promise<number> {
    return this.leases.lastHeartbeat(latest);
  }

  acquire(claim: LeaseClaim, isDead: (owner: string) => boolean): Promise<boolean> {
    return this.leases.acquire(claim, isDead);
  }

  release(connection: string, owner: string): Promise<void> {
    return this.leases.release(connection, owner);
  }

  async prune(limits: Retention): Promise<Pruned> {
    return prune(this.database, limits);
  }

  async forget(bot: string, connection: string): Promise<Forgotten> {
    return forgetBot(this.database, this.logins, bot, connection);
  }

  async close(): Promise<void> {
    this.database.close();
  }

  private keep(scope: string, batch: ReceivedBatch, message: ReceivedMessage): StoredMessage[] {
    const { receivedAt } = batch;
    const { userId, body, contextToken, isEcho } = message;
    const seen = this.wasSeen(scope, message, receivedAt);
    // A message that came before may bring a newer token than the first time, but the user has not written again.
    if (userId && contextToken && seen && !isEcho)
      this.talks.refreshToken(scope, batch, userId, contextToken);
    if (seen) return [];
    if (userId && !isEcho) this.talks.userWrote(scope, batch, userId, contextToken ?? '');
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
    if (!taken && keepForLater) this.database.run('INSERT INTO unclaimed VALUES (?, ?)', seq, scope);
  }

  /** Somebody listens again: what came while nobody did is for all who would have heard it. */
  private claimForAll(scope: string, sleepersSince: number): void {
    const deliver = `INSERT OR IGNORE INTO deliveries (subscriber, seq)
      SELECT s.subscriber, u.seq FROM unclaimed u JOIN messages m USING (seq) JOIN subscriptions s ON s.bot = u.bot
      WHERE u.bot = ? AND (s.asleep_since IS NULL OR s.asleep_since >= ?)`;
    this.database.run(deliver, scope, sleepersSince);
    this.database.run('DELETE FROM unclaimed WHERE bot = ?', scope);
  }

  /** Whether any key was seen within its window; notes all of them, so that a chain of duplicates ends with the first. */
  private wasSeen(scope: string, { keys }: ReceivedMessage, now: number): boolean {
    let seen = false;
    for (const { key, windowMs } of keys) {
      const row = this.database.get<{ at: number }>(
        'SELECT seen_at AS at FROM seen WHERE bot = ? AND key = ?',
        scope,
        key,
      );
      seen ||= row !== undefined && Math.abs(now - row.at) <= windowMs;
      const sql = 'INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at';
      this.database.run(sql, scope, key, now);
    }
    return seen;
  }

  private write(sql: string, ...values: Parameters<Database['run']>[1][]): void {
    this.database.transaction(() => this.database.run(sql, ...values));
  }
}
