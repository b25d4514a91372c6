import { Client } from 'pg';

import { systemClock } from '../../../ilink/clock';
import { PostgresStore } from '../../../store/postgres/postgres-store';
import type { Store } from '../../../store/store';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import { NOW } from '../../support/received';
import { OpenStores } from './store-under-test';

/** A schema that is emptied for each test, and the processes on it. To make it anew, and to connect anew, would take longer. */
export class PostgresSchema {
  readonly name = `wechat_ilink_test_${process.pid}`;
  private readonly stores = new OpenStores();
  private idle: PostgresStore[] = [];
  private used: Store[] = [];
  private server: TestPostgres | undefined;
  private client: Client | undefined;

  async start(): Promise<void> {
    this.server = await startPostgres();
    await this.connectClient();
  }

  /** The server ends as in a crash, and comes back. Only where it is ours. */
  async crash(whileGone: () => Promise<void>): Promise<void> {
    await this.client?.end();
    await this.server!.crash();
    await whileGone();
    await this.server!.start();
    await this.connectClient();
  }

  /** Whether the server may be ended. */
  get isOurs(): boolean {
    return this.server?.folder !== undefined;
  }

  async stop(): Promise<void> {
    await Promise.all(this.idle.map((store) => store.close()));
    await this.client?.query(`DROP SCHEMA IF EXISTS ${this.name} CASCADE`);
    await this.client?.end();
    await this.server?.stop();
  }

  private async connectClient(): Promise<void> {
    this.client = new Client({ connectionString: this.url });
    await this.client.connect();
  }

  get url(): string {
    return this.server!.url;
  }

  async open(): Promise<Store> {
    const store = this.idle.pop() ?? (await this.connect());
    this.used.push(store);
    return this.stores.add(store);
  }

  /** A process of its own, which is closed after the test. */
  async connect(url = this.url): Promise<PostgresStore> {
    const time = { ...systemClock, now: () => NOW, elapsed: () => performance.now() };
    return PostgresStore.open({ settings: { url }, schema: this.name, time });
  }

  /** Runs a statement that is written for the schema of the product. */
  async query<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
    return (await this.client!.query(sql.replaceAll('wechat_ilink.', `${this.name}.`), values)).rows as Row[];
  }

  async elapse(ms: number): Promise<void> {
    await this.query("UPDATE wechat_ilink.owners SET alive_until = alive_until - $1 * interval '1 ms'", ms);
  }

  /** After a test: what is still open is used by the next one. */
  async empty(): Promise<void> {
    const open = this.stores.letGo(this.used) as PostgresStore[];
    for (const { inbox } of open) inbox.listening.clear();
    this.idle.push(...open);
    this.used = [];
    const sql = `SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migrations'`;
    const tables = await this.query<{ name: string }>(sql, this.name);
    const deletes = tables.map(({ name }) => `DELETE FROM wechat_ilink.${name}`);
    const numbers = ['messages_seq_seq', 'outbox_id_seq'].map(
      (name) => `SELECT setval('wechat_ilink.${name}', 1, false)`,
    );
    if (tables.length > 0) await this.query([...deletes, ...numbers].join('; '));
  }
}
