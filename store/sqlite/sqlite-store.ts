import { dirname } from 'node:path';

import type {
  BotNames,
  Conversation,
  Forgotten,
  KeptPiece,
  LeaseClaim,
  PendingDelivery,
  Proof,
  Pruned,
  ReceivedBatch,
  RecentMessage,
  Retention,
  SendClaim,
  SendEnd,
  SendProgress,
  SendTerms,
  SentMessage,
  Spacing,
  Store,
  StoredMessage,
  UnreadablePiece,
} from '../store';
import type { Notice } from '../outbox';
import { Access } from './access';
import { SqliteConversations } from './conversations';
import type { Database } from './database';
import { forgetBot } from './forget';
import { SqliteLeases } from './leases';
import { SqliteLogins } from './logins';
import { SqliteNotes } from './notes';
import { SqliteInbox } from './inbox';
import { isLarge, openDatabase, openInTurn, type Place, type SetAside } from './open';
import { SqliteOutbox } from './outbox';
import { prune } from './prune';
import { findRecent, noteSent } from './recent';
import { inPages } from './pages';
import { checkRoom } from './room';
import { SqliteSlips } from './slips';
import { SqliteSubscriptions } from './subscriptions';
import { SqliteUnreadable } from './unreadable';

/** More than any connection of SQLite counts, to tell the files apart that follow one another. */
const VERSIONS_OF_A_FILE = 2 ** 32;

/** {@link Store} in one SQLite file, which several processes on one machine may share. */
export class SqliteStore implements Store {
  readonly outbox: SqliteOutbox;
  readonly slips: SqliteSlips;
  private readonly access: Access;
  private readonly inbox: SqliteInbox;
  private readonly talks: SqliteConversations;
  private readonly notes: SqliteNotes;
  private readonly leases: SqliteLeases;
  private readonly logins: SqliteLogins;
  private readonly unread: SqliteUnreadable;
  /** Resolved when it is known whether all of a large file can be read. */
  checked: Promise<void> = Promise.resolve();

  private constructor(
    private readonly database: Database,
    private readonly place: Place,
    report: (what: string, error: unknown) => void,
  ) {
    const access = (this.access = new Access(database, place, () => this.inbox.subscribeAgain(), report));
    this.logins = new SqliteLogins(access);
    this.outbox = new SqliteOutbox(access, this.logins);
    this.slips = new SqliteSlips(access);
    this.talks = new SqliteConversations(access, this.logins);
    const subscriptions = new SqliteSubscriptions(database, this.logins);
    this.inbox = new SqliteInbox(access, { logins: this.logins, talks: this.talks, subscriptions });
    this.notes = new SqliteNotes(access, this.logins);
    this.leases = new SqliteLeases(access);
    this.unread = new SqliteUnreadable(access, this.logins);
  }

  /**
   * Opens it at once, however long that takes. For n8n there is {@link openInTurn}.
   *
   * @param path where the file is, or will be
   * @param onSetAside told when a file that lay there could not be used, now or later
   * @throws when the folder or the file cannot be written, or another process opens it right now
   */
  static open(path: string, now: number, onSetAside: (file: SetAside) => void): SqliteStore {
    const database = openDatabase(path, now, onSetAside);
    return new SqliteStore(database, { path, now: Date.now, onSetAside }, () => undefined);
  }

  /**
   * Opens it and holds up nobody, however large it is and whoever else has it. Whether all of a large file can be read is found
   * out afterwards.
   *
   * @param report told when that could not be found out
   * @throws when the folder or the file cannot be written
   */
  static async openInTurn(
    place: Place,
    report: (what: string, error: unknown) => void,
  ): Promise<SqliteStore> {
    const store = new SqliteStore(await openInTurn(place), place, report);
    if (isLarge(place.path)) store.checked = store.access.checkAll();
    return store;
  }

  receive(batch: ReceivedBatch): Promise<StoredMessage[]> {
    return this.inbox.receive(batch);
  }

  cursor(connection: string): Promise<string> {
    return this.inbox.cursor(connection);
  }

  subscribe(subscriber: string, bot: string, sleepersSince?: number): Promise<void> {
    return this.inbox.subscribe(subscriber, bot, sleepersSince);
  }

  unsubscribe(subscriber: string, now: number): Promise<void> {
    return this.inbox.unsubscribe(subscriber, now);
  }

  pending(subscriber: string, afterSeq: number): Promise<PendingDelivery[]> {
    return this.inbox.pending(subscriber, afterSeq);
  }

  waiting(subscriber: string, seq: number): Promise<StoredMessage | undefined> {
    return this.inbox.waiting(subscriber, seq);
  }

  messagesAfter(bot: string, afterSeq: number, limit: number): Promise<StoredMessage[]> {
    return this.inbox.messagesAfter(bot, afterSeq, limit);
  }

  newestSeq(bot: string): Promise<number> {
    return this.inbox.newestSeq(bot);
  }

  handedOver(subscriber: string, seq: number): Promise<void> {
    return this.inbox.handedOver(subscriber, seq);
  }

  attempted(subscriber: string, seq: number, attempts: number, nextAt: number): Promise<void> {
    return this.inbox.attempted(subscriber, seq, attempts, nextAt);
  }

  conversation(bot: string, userId: string): Promise<Conversation | undefined> {
    return this.talks.conversation(bot, userId);
  }

  conversations(bot: string, limit: number): Promise<Conversation[]> {
    return this.talks.conversations(bot, limit);
  }

  claimSend(bot: string, userId: string, spacing: Spacing, terms?: SendTerms): Promise<SendClaim> {
    return this.talks.claimSend(bot, userId, spacing, terms);
  }

  settleSend(bot: string, userId: string, claim: SendClaim, end: SendEnd): Promise<void> {
    return this.talks.settleSend(bot, userId, claim, end);
  }

  learn(fact: string): Promise<void> {
    return this.notes.learn(fact);
  }

  knows(fact: string): Promise<boolean> {
    return this.notes.knows(fact);
  }

  noteUnfinished(send: string, progress: SendProgress, durable?: boolean): Promise<void> {
    return this.notes.noteUnfinished(send, progress, durable);
  }

  findUnfinished(send: string): Promise<SendProgress | undefined> {
    return this.notes.findUnfinished(send);
  }

  findBrokenOff(content: string): Promise<SendProgress | undefined> {
    return this.notes.findBrokenOff(content);
  }

  forgetUnfinished(send: string): Promise<void> {
    return this.notes.forgetUnfinished(send);
  }

  async rememberSent(bot: string, messages: SentMessage[]): Promise<void> {
    await inPages(messages, (part) =>
      this.access.write(() => {
        const scope = this.logins.scopeFor(bot);
        part.forEach((message) => noteSent(this.database, scope, message));
      }),
    );
  }

  recentMessage(bot: string, userId: string, id: string): Promise<RecentMessage | undefined> {
    return this.access.read(() => findRecent(this.database, this.logins.scopeOf(bot), userId, id));
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

  version(): Promise<number> {
    const read = (): number =>
      this.database.get<{ data_version: number }>('PRAGMA data_version')!.data_version;
    return this.access.read(() => this.access.generation * VERSIONS_OF_A_FILE + read());
  }

  async checkWritable(now: number): Promise<void> {
    const sql = 'INSERT INTO probes (id, at) VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at';
    await this.access.write(() => this.database.run(sql, now));
    checkRoom(dirname(this.place.path));
  }

  async takeOn(name: string, now: number, everyMs: number): Promise<boolean> {
    // What was begun in the future was begun under another time.
    const sql = `INSERT INTO chores (name, at) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET at = excluded.at WHERE at <= ? OR at > ?`;
    return this.access.write(() => this.database.run(sql, name, now, now - everyMs, now).changes > 0);
  }

  heartbeat(owner: string, aliveUntil: number): Promise<void> {
    return this.leases.heartbeat(owner, aliveUntil);
  }

  lastHeartbeat(latest: number): Promise<number> {
    return this.leases.lastHeartbeat(latest);
  }

  acquire(claim: LeaseClaim, isDead: (owner: string, aliveUntil: number) => boolean): Promise<boolean> {
    return this.leases.acquire(claim, isDead);
  }

  release(connection: string, owner: string): Promise<void> {
    return this.leases.release(connection, owner);
  }

  prune(limits: Retention): Promise<Pruned> {
    return prune(this.access, limits);
  }

  forget(names: BotNames): Promise<Forgotten> {
    return forgetBot(this.access, this.logins, this.place.path, names, this.inbox.listening);
  }

  async close(): Promise<void> {
    await this.checked;
    await this.access.close();
  }
}
