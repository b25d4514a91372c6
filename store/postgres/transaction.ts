import type { PoolClient, QueryResult } from 'pg';

import { storable, type Transaction, type TransactionOptions, type Value } from './sql';

/** What a listener hears: who wrote, and the number of the change. */
const ANNOUNCE = "SELECT pg_notify('wechat_ilink.news', $1 || ' ' || nextval('wechat_ilink.changes'))";

/**
 * The start of a transaction. Who writes is one of many (a shared lock), so that a login can be taken over by one that is alone. A
 * process that stands still in the middle must hold up nobody for long. The number tells afterwards what became of it.
 */
function beginning({ durable = false, alone = false }: TransactionOptions): string {
  const lock = alone ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  const set = "current_setting('synchronous_commit')";
  // A server that is set to wait for its copies goes on doing so.
  const commit = durable ? `CASE ${set} WHEN 'off' THEN 'on' ELSE ${set} END` : "'off'";
  return `BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL lock_timeout = 8000; SET LOCAL statement_timeout = 14000; SET LOCAL idle_in_transaction_session_timeout = 10000;
    SELECT set_config('synchronous_commit', ${commit}, true), ${lock}(hashtextextended('wechat_ilink.writers', 0)),
      pg_current_xact_id()::text AS id`;
}

/** One transaction on one connection. */
export class UnderWay implements Transaction {
  private isNews = false;
  private readonly written: Array<Promise<unknown>> = [];

  /**
   * @param named makes a statement one for the schema in use
   * @param self names this process among those that hear each other
   */
  constructor(
    private readonly client: PoolClient,
    private readonly named: (sql: string) => string,
    private readonly self: string,
  ) {}

  /** @returns the number of the transaction, and what `action` gave */
  async perform<Result>(
    action: (sql: Transaction) => Promise<Result>,
    options: TransactionOptions,
  ): Promise<{ id: string; result: Result }> {
    const begun = this.client.query(this.named(beginning(options))) as unknown as Promise<QueryResult[]>;
    // The first statements go out with the beginning.
    const [results, result] = await Promise.allSettled([begun, action(this)]);
    if (results.status === 'rejected') throw results.reason;
    if (result.status === 'rejected') throw result.reason;
    const { id } = results.value.at(-1)!.rows[0] as { id: string };
    return { id, result: result.value };
  }

  /** Goes out together with what was written last. */
  async commit(): Promise<void> {
    if (this.isNews) this.write(ANNOUNCE, this.self);
    const ended = this.client.query('COMMIT');
    for (const end of await Promise.allSettled([...this.written, ended]))
      if (end.status === 'rejected') throw end.reason;
    // The answer of a transaction in which something had failed.
    if ((await ended).command !== 'COMMIT') throw new Error('The transaction was not committed');
  }

  write(sql: string, ...values: Value[]): void {
    const written = this.query(sql, values);
    written.catch(() => undefined);
    this.written.push(written);
  }

  announce(): void {
    this.isNews = true;
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

  /** Without values it may be several statements. */
  private query(sql: string, values: Value[]): Promise<QueryResult> {
    const named = this.named(sql);
    return values.length === 0 ? this.client.query(named) : this.client.query(named, values.map(storable));
  }
}
