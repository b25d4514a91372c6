import { randomBytes } from 'node:crypto';

import type { BotNames, Forgotten, News, Pruned, Retention, Store } from '../store';
import { PostgresConversations } from './conversations';
import { PostgresDatabase } from './database';
import { SCHEMA } from './sql';
import { PostgresDocuments } from './documents';
import { PostgresFacts } from './facts';
import { forgetBot } from './forget';
import { PostgresInbox } from './inbox';
import { PostgresJobs } from './jobs';
import { PostgresLeases } from './leases';
import { Listener } from './listener';
import { PostgresLogins } from './logins';
import { PostgresOutbox } from './outbox';
import { prune } from './prune';
import { PostgresRecent } from './recent';
import { migrate } from './schema';
import type { PostgresSettings, StoreTime } from './settings';
import { PostgresUnfinishedSends } from './unfinished';
import { PostgresUnreadable } from './unreadable';

/** One proof that something can be written holds for all bots of a process, for so long. */
const PROBE_MS = 2_000;

export interface PostgresStoreOptions {
  settings: PostgresSettings;
  /** Another schema than `wechat_ilink`. */
  schema?: string;
  time: StoreTime;
}

/** {@link Store} in a schema of its own of a PostgreSQL database, which processes on several machines may share. */
export class PostgresStore implements Store {
  readonly inbox: PostgresInbox;
  readonly conversations: PostgresConversations;
  readonly outbox: PostgresOutbox;
  readonly recent: PostgresRecent;
  readonly logins: PostgresLogins;
  readonly leases: PostgresLeases;
  readonly documents: PostgresDocuments;
  readonly facts: PostgresFacts;
  readonly unfinished: PostgresUnfinishedSends;
  readonly unreadable: PostgresUnreadable;
  readonly jobs: PostgresJobs;
  private readonly listener: Listener;
  private probe: Promise<number> | undefined;
  private probedAt = -Infinity;

  private constructor(private readonly database: PostgresDatabase) {
    this.inbox = new PostgresInbox(database);
    this.conversations = new PostgresConversations(database);
    this.outbox = new PostgresOutbox(database);
    this.recent = new PostgresRecent(database);
    this.logins = new PostgresLogins(database);
    this.leases = new PostgresLeases(database, database.options.time);
    this.documents = new PostgresDocuments(database);
    this.facts = new PostgresFacts(database);
    this.unfinished = new PostgresUnfinishedSends(database);
    this.unreadable = new PostgresUnreadable(database);
    this.jobs = new PostgresJobs(database);
    this.listener = new Listener(database);
  }

  /**
   * Connects, and makes the tables where they are missing or of an earlier version.
   *
   * @throws with one of the codes of store.ts, when the database is not to be had for some seconds, or not at all
   */
  static async open({ settings, schema = SCHEMA, time }: PostgresStoreOptions): Promise<PostgresStore> {
    const self = randomBytes(8).toString('hex');
    const database = new PostgresDatabase({ settings, schema, self, time });
    const store = new PostgresStore(database);
    try {
      await migrate(database, schema);
      await store.listener.start();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  version(): Promise<number> {
    return this.listener.version();
  }

  onNews(bot: string, listener: (news: News) => void): () => void {
    return this.listener.onNews(bot, listener);
  }

  async checkWritable(now: number): Promise<void> {
    const { time } = this.database.options;
    if (time.elapsed() - this.probedAt < PROBE_MS) return;
    const sql = `INSERT INTO wechat_ilink.probes (id, at) VALUES (1, $1)
      ON CONFLICT (id) DO UPDATE SET at = excluded.at`;
    this.probe ??= this.database.run(sql, now).finally(() => (this.probe = undefined));
    await this.probe;
    this.probedAt = time.elapsed();
  }

  prune(limits: Retention): Promise<Pruned> {
    return prune(this.database, limits);
  }

  forget(names: BotNames): Promise<Forgotten> {
    return forgetBot(this.database, names, this.inbox.listening);
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.database.close();
  }
}
