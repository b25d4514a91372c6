import type { News as What } from '../store';
import type { NewsItem, Sql } from './sql';

/** In the transaction that has the news: a listener that hears nothing finds by its number that it missed something. */
export const NUMBER = "SELECT nextval('wechat_ilink.changes') AS number";
/** PostgreSQL takes 8,000 bytes. */
const MAX_CHARS = 2_000;
const TELL = "SELECT pg_notify($1, $2), set_config('synchronous_commit', 'off', true)";

/**
 * Tells the other processes that something is new. Not in the transaction that has the news, because PostgreSQL commits those that
 * notify one after another, and each would wait for the disk alone. Who dies before it has told is found out by a look.
 */
export class News {
  private latest = 0;
  private items = new Map<string, NewsItem>();
  private isUntold = false;
  private isTelling = false;
  private telling: Promise<void> = Promise.resolve();

  /** @param self names this process */
  constructor(
    private readonly sql: Sql,
    private readonly channel: string,
    private readonly self: string,
  ) {}

  /** Returns at once. What comes while it is told is told together. @param number of the change; 0 when it is not known */
  tell(number: number, items: readonly NewsItem[] = []): void {
    for (const item of items) this.items.set(`${item.news} ${item.bot}`, item);
    this.latest = Math.max(this.latest, number);
    this.isUntold = true;
    if (!this.isTelling) this.telling = this.tellAll();
  }

  /** Resolved when everything is told that was to be told, or could not be. */
  told(): Promise<void> {
    return this.telling;
  }

  private async tellAll(): Promise<void> {
    this.isTelling = true;
    while (this.isUntold) {
      this.isUntold = false;
      const items = [...this.items.values()];
      this.items.clear();
      await this.sql.get(TELL, this.channel, this.payload(items)).catch(() => undefined);
    }
    this.isTelling = false;
  }

  /** Too many items are left out: who waits for one finds it by a look. */
  private payload(items: readonly NewsItem[]): string {
    const full = JSON.stringify([this.self, this.latest, items.map(({ news, bot }) => [news, bot])]);
    return full.length <= MAX_CHARS ? full : JSON.stringify([this.self, this.latest, []]);
  }
}

/** What is told, and by whom. */
export interface Told {
  self: string;
  number: number;
  items: NewsItem[];
}

/** What another process told; nothing when it is not understood, as of another version. */
export function readTold(payload: string): Told | undefined {
  try {
    const [self, number, items] = JSON.parse(payload) as [string, number, [What, string][]];
    return { self, number, items: items.map(([news, bot]) => ({ news, bot })) };
  } catch {
    return undefined;
  }
}

/** On which the processes of a store hear each other. */
export function channelOf(schema: string): string {
  return `${schema}.news`;
}
