import { dirname } from 'node:path';

import type { SetAside, StoreReport } from '../report';
import type { BotNames, Forgotten, Pruned, Retention, Store } from '../store';
import { Access } from './access';
import { SqliteConversations } from './conversations';
import type { Database } from './database';
import { forgetBot } from './forget';
import { SqliteLeases } from './leases';
import { SqliteLogins } from './logins';
import { SqliteFacts } from './facts';
import { SqliteJobs } from './jobs';
import { SqliteInbox } from './inbox';
import { isLarge, openDatabase, openInTurn, type Place } from './open';
import { SqliteOutbox } from './outbox';
import { prune } from './prune';
import { SqliteRecent } from './recent';
import { checkRoom } from './room';
import { SqliteDocuments } from './documents';
import { SqliteUnfinishedSends } from './unfinished';
import { SqliteSubscriptions } from './subscriptions';
import { SqliteUnreadable } from './unreadable';

/** More than any connection of SQLite counts, to tell the files apart that follow one another. */
const VERSIONS_OF_A_FILE = 2 ** 32;

/** {@link Store} in one SQLite file, which several processes on one machine may share. */
export class SqliteStore implements Store {
  readonly inbox: SqliteInbox;
  readonly conversations: SqliteConversations;
  readonly outbox: SqliteOutbox;
  readonly recent: SqliteRecent;
  readonly logins: SqliteLogins;
  readonly leases: SqliteLeases;
  readonly documents: SqliteDocuments;
  readonly facts: SqliteFacts;
  readonly unfinished: SqliteUnfinishedSends;
  readonly unreadable: SqliteUnreadable;
  readonly jobs: SqliteJobs;
  private readonly access: Access;
  /** Resolved when it is known whether all of a large file can be read. */
  checked: Promise<void> = Promise.resolve();

  private constructor(
    private readonly database: Database,
    private readonly place: Place,
    report: (event: StoreReport, error: unknown) => void,
  ) {
    const access = (this.access = new Access(database, place, () => this.inbox.subscribeAgain(), report));
    const logins = (this.logins = new SqliteLogins(access));
    const conversations = (this.conversations = new SqliteConversations(access, logins));
    const subscriptions = new SqliteSubscriptions(database, logins);
    this.inbox = new SqliteInbox(access, { logins, conversations, subscriptions });
    this.outbox = new SqliteOutbox(access, logins);
    this.recent = new SqliteRecent(access, logins);
    this.leases = new SqliteLeases(access);
    this.documents = new SqliteDocuments(access);
    this.facts = new SqliteFacts(access);
    this.unfinished = new SqliteUnfinishedSends(access, logins);
    this.unreadable = new SqliteUnreadable(access, logins);
    this.jobs = new SqliteJobs(access);
  }

  /**
   * Opens it at once, however long that takes. Whoever must not stand still has {@link openInTurn}.
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
    report: (event: StoreReport, error: unknown) => void,
  ): Promise<SqliteStore> {
    const store = new SqliteStore(await openInTurn(place), place, report);
    if (isLarge(place.path)) store.checked = store.access.checkAll();
    return store;
  }

  version(): Promise<number> {
    const read = (): number =>
      this.database.get<{ data_version: number }>('PRAGMA data_version')!.data_version;
    return this.access.read(() => this.access.generation * VERSIONS_OF_A_FILE + read());
  }

  /** SQLite tells nobody; to look is cheap. */
  onNews(): () => void {
    return () => undefined;
  }

  async checkWritable(now: number): Promise<void> {
    const sql = 'INSERT INTO probes (id, at) VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at';
    await this.access.write(() => this.database.run(sql, now));
    checkRoom(dirname(this.place.path));
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
