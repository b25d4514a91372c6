import type { StatusEvent } from '../outbox';
import type { KeptPiece, UnreadablePiece, Unreadable } from '../unreadable';
import type { Access } from './access';
import type { Database } from './database';
import type { SqliteLogins } from './logins';
import { addStatusEvent } from './status-events';

/** Of one bot. A piece has 64 kB at the most. */
const MAX_PIECES = 100;

/** The table of what could not be read. */
export class SqliteUnreadable implements Unreadable {
  private readonly database: Database;

  constructor(
    private readonly access: Access,
    private readonly logins: SqliteLogins,
  ) {
    this.database = access.database;
  }

  keep(bot: string, pieces: UnreadablePiece[], notice: StatusEvent): Promise<number> {
    return this.access.write(() => {
      const scope = this.logins.scopeFor(bot);
      const fresh = pieces.filter((piece) => this.keepOne(scope, piece, notice.at));
      const tooMany = `DELETE FROM unreadable WHERE bot = ? AND number <= (
        SELECT number FROM unreadable WHERE bot = ? ORDER BY number DESC LIMIT 1 OFFSET ?)`;
      this.database.run(tooMany, scope, scope, MAX_PIECES);
      if (fresh.length > 0) addStatusEvent(this.database, scope, notice);
      return fresh.length;
    }, true);
  }

  async list(bot: string): Promise<KeptPiece[]> {
    const sql = `SELECT digest, reason, size, body, first_at AS firstAt, last_at AS lastAt, times
      FROM unreadable WHERE bot = ? ORDER BY number DESC`;
    const rows = await this.access.read(() => this.database.all<KeptPiece>(sql, this.logins.scopeOf(bot)));
    return rows.map((row) => ({ ...row }));
  }

  /** @returns whether it is new */
  private keepOne(scope: string, { digest, reason, size, body }: UnreadablePiece, now: number): boolean {
    const again = 'UPDATE unreadable SET times = times + 1, last_at = ? WHERE bot = ? AND digest = ?';
    if (this.database.run(again, now, scope, digest).changes > 0) return false;
    const insert = `INSERT INTO unreadable (bot, digest, reason, size, body, first_at, last_at, times)
      VALUES (?, ?, ?, ?, ?, ?, ?, 1)`;
    this.database.run(insert, scope, digest, reason, size, body, now, now);
    return true;
  }
}
