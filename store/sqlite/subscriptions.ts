import type { Database } from './database';
import type { SqliteLogins } from './logins';

interface Row {
  scope: string;
  isAwake: number;
  isHeldBack: number;
}

/** The table of subscribers. Each is subscribed to what its token opens. */
export class SqliteSubscriptions {
  constructor(
    private readonly database: Database,
    private readonly logins: SqliteLogins,
  ) {}

  /** Whether `subscriber` is subscribed with this token already. */
  isAwake(subscriber: string, bot: string): boolean {
    const row = this.find(subscriber);
    if (!row?.isAwake) return false;
    return this.waitsForToken(row, bot) ? row.isHeldBack === 1 : this.isOpen(row, bot);
  }

  /** Subscribes, in the caller's transaction. @returns the scope */
  wake(subscriber: string, bot: string): string {
    const row = this.find(subscriber);
    if (row && this.waitsForToken(row, bot)) {
      this.database.run('UPDATE subscriptions SET asleep_since = NULL WHERE subscriber = ?', subscriber);
      this.database.run('INSERT OR IGNORE INTO held_back (subscriber) VALUES (?)', subscriber);
      return row.scope;
    }
    const scope = this.logins.scopeFor(bot);
    const sql = `INSERT INTO subscriptions (subscriber, bot, asleep_since) VALUES (?, ?, NULL)
      ON CONFLICT DO UPDATE SET bot = excluded.bot, asleep_since = NULL`;
    this.database.run(sql, subscriber, scope);
    this.database.run('DELETE FROM held_back WHERE subscriber = ?', subscriber);
    return scope;
  }

  /**
   * A newer login of the person has replaced the token of somebody who was subscribed before. What comes until he brings the new
   * token is kept for him, and not given to the old one.
   */
  private waitsForToken({ scope }: Row, bot: string): boolean {
    return this.logins.leftScopeOf(bot) === scope;
  }

  private isOpen({ scope, isHeldBack }: Row, bot: string): boolean {
    return isHeldBack === 0 && this.logins.scopeOf(bot) === scope;
  }

  private find(subscriber: string): Row | undefined {
    const sql = `SELECT bot AS scope, asleep_since IS NULL AS isAwake,
      EXISTS (SELECT 1 FROM held_back h WHERE h.subscriber = s.subscriber) AS isHeldBack
      FROM subscriptions s WHERE subscriber = ?`;
    return this.database.get<Row>(sql, subscriber);
  }
}
