import type { Sql } from './sql';

/** In the transaction that has the news: a listener that hears nothing finds by its number that it missed something. */
export const NUMBER = "SELECT nextval('wechat_ilink.changes') AS number";
const TELL = "SELECT pg_notify($1, $2), set_config('synchronous_commit', 'off', true)";

/**
 * Tells the other processes that something is new. Not in the transaction that has the news, because PostgreSQL commits those that
 * notify one after another, and each would wait for the disk alone. Who dies before it has told is found out by a look.
 */
export class News {
  private latest = 0;
  private isUntold = false;
  private isTelling = false;

  /** @param self names this process */
  constructor(
    private readonly sql: Sql,
    private readonly channel: string,
    private readonly self: string,
  ) {}

  /** Returns at once. What comes while it is told is told together. @param number of the change; 0 when it is not known */
  tell(number: number): void {
    this.latest = Math.max(this.latest, number);
    this.isUntold = true;
    if (!this.isTelling) void this.tellAll();
  }

  private async tellAll(): Promise<void> {
    this.isTelling = true;
    while (this.isUntold) {
      this.isUntold = false;
      await this.sql.get(TELL, this.channel, `${this.self} ${this.latest}`).catch(() => undefined);
    }
    this.isTelling = false;
  }
}

/** On which the processes of a store hear each other. */
export function channelOf(schema: string): string {
  return `${schema}.news`;
}
