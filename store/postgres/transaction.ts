import type { PoolClient, QueryResult } from 'pg';

import { NUMBER } from './news';
import type { NewsItem, Transaction, TransactionOptions, Value } from './sql';
import type { Statements } from './statements';

/** Milliseconds: a process that stands still in the middle must hold up nobody for long. */
const TIMEOUTS = {
  lock_timeout: 6_000,
  statement_timeout: 9_000,
  idle_in_transaction_session_timeout: 10_000,
};

/**
 * The start of a transaction. Who writes is one of many (a shared lock), so that a login can be taken over by one that is alone. The
 * number tells afterwards what became of it. $1: how far the commit has to go.
 */
function beginning(lock: string): string {
  const timeouts = Object.entries(TIMEOUTS).map(([name, ms]) => `set_config('${name}', '${ms}', true)`);
  // A server that is set to wait for its copies goes on doing so.
  const commit = `CASE WHEN $1 = 'off' OR current_setting('synchronous_commit') = 'off' THEN $1
    ELSE current_setting('synchronous_commit') END`;
  return `SELECT ${timeouts.join(', ')}, set_config('synchronous_commit', ${commit}, true),
    ${lock}(hashtextextended('wechat_ilink.writers', 0)), pg_current_xact_id()::text AS id`;
}
const BEGIN_ALONE = beginning('pg_advisory_xact_lock');
const BEGIN = beginning('pg_advisory_xact_lock_shared');

/** One transaction on one connection. */
export class UnderWay implements Transaction {
  /** What the others are to hear; nothing when there is nothing new. */
  news: NewsItem[] | undefined;
  private readonly written: Array<Promise<unknown>> = [];

  constructor(
    private readonly client: PoolClient,
    private readonly statements: Statements,
  ) {}

  /** @returns the number of the transaction, and what `action` gave */
  async perform<Result>(
    action: (sql: Transaction) => Promise<Result>,
    options: TransactionOptions,
  ): Promise<{ id: string; result: Result }> {
    const { durable = false, alone = false } = options;
    this.write('BEGIN ISOLATION LEVEL READ COMMITTED');
    const begun = this.get<{ id: string }>(alone ? BEGIN_ALONE : BEGIN, durable ? 'on' : 'off');
    // The first statements go out with the beginning.
    const [began, result] = await Promise.allSettled([begun, action(this)]);
    if (began.status === 'rejected') throw began.reason;
    if (result.status === 'rejected') throw result.reason;
    return { id: began.value!.id, result: result.value };
  }

  /** Goes out together with what was written last. @returns the number of what is new, when something is */
  async commit(): Promise<number | undefined> {
    const change = this.news ? this.get<{ number: number }>(NUMBER) : undefined;
    const ended = this.client.query('COMMIT');
    for (const end of await Promise.allSettled([...this.written, change, ended]))
      if (end.status === 'rejected') throw end.reason;
    // The answer of a transaction in which something had failed.
    if ((await ended).command !== 'COMMIT') throw new Error('ROLLBACK');
    return (await change)?.number;
  }

  write(sql: string, ...values: Value[]): void {
    const written = this.query(sql, values);
    written.catch(() => undefined);
    this.written.push(written);
  }

  announce(item?: NewsItem): void {
    this.news ??= [];
    if (item) this.news.push(item);
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

  private query(sql: string, values: Value[]): Promise<QueryResult> {
    return this.statements.query(this.client, sql, values);
  }
}
