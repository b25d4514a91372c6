import type { QueryResult } from 'pg';

import { Connections } from './connections';
import { explained, inDoubt, isConnectionFailure, isPassing } from './failures';
import { channelOf, News } from './news';
import type { PostgresSettings, StoreTime } from './settings';
import type { NewsItem, Sql, Transaction, TransactionOptions, Value } from './sql';
import { Statements } from './statements';
import { UnderWay } from './transaction';

export interface DatabaseOptions {
  settings: PostgresSettings;
  /** The schema of all tables. */
  schema: string;
  /** Names this process among those that hear each other. */
  self: string;
  time: StoreTime;
}

/** How long something that may pass is tried again: a server that restarts, or its successor. */
const PATIENCE_MS = 8_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** PostgreSQL with a few connections. A connection that breaks is noticed, and what was under way is tried again where that is safe. */
export class PostgresDatabase implements Sql {
  private readonly connections: Connections;
  private readonly statements: Statements;
  private readonly news: News;
  private isClosed = false;

  constructor(readonly options: DatabaseOptions) {
    this.connections = new Connections(options.settings);
    this.statements = new Statements(options.schema);
    this.news = new News(this, channelOf(options.schema), options.self);
  }

  async get<Result>(sql: string, ...values: Value[]): Promise<Result | undefined> {
    return (await this.query(sql, values)).rows[0] as Result | undefined;
  }

  async all<Result>(sql: string, ...values: Value[]): Promise<Result[]> {
    return (await this.query(sql, values)).rows as Result[];
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    return (await this.query(sql, values)).rowCount ?? 0;
  }

  /**
   * Runs `action` in one transaction: all of it happens or nothing. When the connection breaks at the commit, the server is asked
   * what became of it, so that nothing is done twice.
   *
   * @param action may be run more than once
   * @throws with one of the codes of store.ts, after some seconds of tries where that may help
   */
  transaction<Result>(
    action: (sql: Transaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    return this.persist(() => this.attempt(action, options));
  }

  /** Resolved when the others have been told what was committed until now. For who ends right afterwards. */
  told(): Promise<void> {
    return this.news.told();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.connections.close();
  }

  /** A statement of its own. It is done again when the connection breaks, so it has to be one that may be done twice. */
  private query(sql: string, values: Value[]): Promise<QueryResult> {
    return this.persist(() => this.connections.use((client) => this.statements.query(client, sql, values)));
  }

  private async persist<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const deadline = this.options.time.elapsed() + PATIENCE_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
      try {
        return await attempt();
      } catch (error) {
        if (this.statements.giveUpPreparing(error)) continue;
        const isOver = this.isClosed || this.options.time.elapsed() + pauseMs > deadline;
        if (isOver || !isPassing(error)) throw explained(error);
      }
      await this.pause(pauseMs);
    }
  }

  private async attempt<Result>(
    action: (sql: Transaction) => Promise<Result>,
    options: TransactionOptions,
  ): Promise<Result> {
    let committing: { id: string; result: Result; news: NewsItem[] | undefined } | undefined;
    try {
      return await this.connections.use(async (client) => {
        const underWay = new UnderWay(client, this.statements);
        try {
          committing = { ...(await underWay.perform(action, options)), news: underWay.news };
          const change = await underWay.commit();
          if (change !== undefined) this.news.tell(change, underWay.news);
          return committing.result;
        } catch (error) {
          if (!isConnectionFailure(error)) await client.query('ROLLBACK');
          throw error;
        }
      });
    } catch (error) {
      if (!committing || !isConnectionFailure(error)) throw error;
      if (!(await this.wasCommitted(committing.id))) throw error;
      if (committing.news) this.news.tell(0, committing.news);
      return committing.result;
    }
  }

  /** @throws with the code STORE_IN_DOUBT */
  private async wasCommitted(id: string): Promise<boolean> {
    const deadline = this.options.time.elapsed() + PATIENCE_MS;
    for (;;) {
      const status = await this.statusOf(id).catch(() => undefined);
      if (status === 'committed' || status === 'aborted') return status === 'committed';
      if (status === null || this.options.time.elapsed() > deadline) throw inDoubt();
      await this.pause(FIRST_PAUSE_MS);
    }
  }

  /** Nothing when it is too long ago for the server to know. */
  private async statusOf(id: string): Promise<string | null> {
    const sql = 'SELECT pg_xact_status($1::xid8) AS status';
    return (await this.get<{ status: string | null }>(sql, id))!.status;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.options.time.after(ms, resolve));
  }
}
