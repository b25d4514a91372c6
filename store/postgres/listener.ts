import type { Client } from 'pg';

import { clientConfig } from './connections';
import type { PostgresDatabase } from './database';
import type { News } from '../store';
import { channelOf, readTold } from './news';

/** How often somebody looks whether something was missed: a connection that was cut, or a pooler that passes no notifications on. */
const LOOK_MS = 2_500;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Hears when another process has written. Each announcement has a number, so that one that did not come through is found by a look
 * at how far the numbers are: that of a transaction that failed is one too, and costs a look for nothing.
 */
export class Listener {
  /** Changes with everything that is heard or missed. */
  private count = 0;
  /** The highest number that was heard, or looked up and reported. */
  private known = 0;
  /** The highest number of the look before; who has it may not have committed yet. */
  private seen = 0;
  /** Who is told, by bot. */
  private readonly waiting = new Map<string, Set<(news: News) => void>>();
  private lookedAt = -Infinity;
  private look: Promise<void> | undefined;
  private client: Client | undefined;
  private cancel: (() => void) | undefined;
  private closed = false;

  constructor(private readonly database: PostgresDatabase) {}

  /** A number that changes when another process has written. Cheap: the database is asked now and then only. */
  async version(): Promise<number> {
    const now = this.database.options.time.elapsed();
    if (!this.look && now - this.lookedAt >= LOOK_MS) {
      this.lookedAt = now;
      this.look = this.lookForMissed().finally(() => (this.look = undefined));
    }
    await this.look;
    return this.count;
  }

  /** See {@link Store.onNews}. */
  onNews(bot: string, listener: (news: News) => void): () => void {
    const listeners = this.waiting.get(bot) ?? new Set();
    this.waiting.set(bot, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.waiting.get(bot) === listeners) this.waiting.delete(bot);
    };
  }

  /** Begins to listen, and goes on until it is closed, whatever happens to the connection. */
  async start(): Promise<void> {
    this.known = this.seen = await this.highest();
    this.lookedAt = this.database.options.time.elapsed();
    await this.connect(FIRST_PAUSE_MS);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancel?.();
    await this.look?.catch(() => undefined);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(pauseMs: number): Promise<void> {
    const { Client } = await import('pg');
    const { settings, schema } = this.database.options;
    const client = new Client(clientConfig(settings));
    let lost = false;
    const again = (): void => {
      if (lost || this.closed) return;
      lost = true;
      void client.end().catch(() => undefined);
      this.connectLater(Math.min(LONGEST_PAUSE_MS, 2 * pauseMs));
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', ({ payload = '' }) => this.hear(payload));
    try {
      await client.connect();
      this.client = client;
      await client.query(`LISTEN "${channelOf(schema)}"`);
      // What was written while nobody listened.
      this.count++;
    } catch {
      again();
    }
    if (this.closed) await client.end().catch(() => undefined);
  }

  private connectLater(pauseMs: number): void {
    this.cancel = this.database.options.time.after(pauseMs, () => void this.connect(pauseMs), true);
  }

  private hear(payload: string): void {
    const told = readTold(payload);
    this.known = Math.max(this.known, told?.number ?? 0);
    if (told?.self === this.database.options.self) return;
    this.count++;
    for (const { bot, news } of told?.items ?? [])
      for (const listener of [...(this.waiting.get(bot) ?? [])]) listener(news);
  }

  private async lookForMissed(): Promise<void> {
    const highest = await this.highest();
    if (this.seen > this.known) {
      this.known = this.seen;
      this.count++;
    }
    this.seen = highest;
  }

  private async highest(): Promise<number> {
    const sql = 'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS n FROM wechat_ilink.changes';
    return (await this.database.get<{ n: number }>(sql))?.n ?? 0;
  }
}
