import type { Logins, Proof } from '../logins';
import type { ReceivedBatch } from '../store';
import type { Access } from './access';
import type { Database } from './database';
import { ENDED, moveAhead, takeOver } from './take-over';

interface Login {
  scope: string;
  proven: number;
  leftScope: string | null;
}

/** The tokens and what each opens. Methods without a promise are parts of the caller's transaction. */
export class SqliteLogins implements Logins {
  private readonly database: Database;

  constructor(private readonly access: Access) {
    this.database = access.database;
  }

  /** What the token opens; empty when nothing was ever kept for it. */
  scopeOf(bot: string): string {
    return this.find(bot)?.scope ?? '';
  }

  /** What the token opens, for somebody who writes there. */
  scopeFor(bot: string): string {
    const known = this.find(bot);
    if (known) return known.scope;
    const sql =
      'INSERT OR IGNORE INTO logins (login, scope) VALUES (?, lower(hex(randomblob(16)))) RETURNING scope';
    // Another process may have been faster.
    return this.database.get<{ scope: string }>(sql, bot)?.scope ?? this.scopeOf(bot);
  }

  /**
   * Where messages go that came with the token. What the person wrote to a login that a confirmed one has ended meanwhile is for the
   * newer one; the server that says so has to be one that can speak for the person.
   */
  scopeToKeep(bot: string, writer: ReceivedBatch['writer']): { scope: string; isLate: boolean } {
    const login = this.find(bot);
    const isPerson = 'SELECT 1 FROM persons WHERE scope = ? AND realm = ? AND user_id = ?';
    const isLate =
      login?.proven === ENDED &&
      writer !== undefined &&
      this.database.get(isPerson, login.leftScope, writer.realm, writer.userId) !== undefined;
    return { scope: isLate ? login.leftScope! : this.scopeFor(bot), isLate };
  }

  /** What the token opened until a newer login of the same person took that over. */
  leftScopeOf(bot: string): string | undefined {
    return this.find(bot)?.leftScope ?? undefined;
  }

  async prove(proof: Proof): Promise<boolean> {
    const known = await this.access.read(() => this.find(proof.bot));
    if (known?.proven === 1 || (known?.proven === ENDED && !proof.isConfirmation)) return false;
    // Also for a new token: what others have left may be much.
    const before = known?.scope ?? (await this.access.write(() => this.scopeFor(proof.bot), true));
    const ahead = await moveAhead(this.access, proof, before);
    return this.access.write(() => {
      const { scope, opened } = takeOver(this.database, proof, this.scopeFor(proof.bot), ahead);
      const sql = 'UPDATE logins SET scope = ?, proven = 1, left_scope = NULL WHERE login = ?';
      this.database.run(sql, scope, proof.bot);
      return opened;
    }, true);
  }

  provenUser(bot: string): Promise<string | undefined> {
    const sql =
      'SELECT user_id AS userId FROM logins JOIN persons USING (scope) WHERE login = ? AND proven = 1';
    return this.access.read(() => this.database.get<{ userId: string }>(sql, bot)?.userId);
  }

  /** The bot was forgotten. Only triggers that are awake stay, in a scope that is empty. */
  startAnew(bot: string): void {
    const { database } = this;
    const scope = this.scopeOf(bot);
    database.run('DELETE FROM logins WHERE scope = ? OR left_scope = ?', scope, scope);
    database.run('DELETE FROM persons WHERE scope = ?', scope);
    database.run('DELETE FROM legacy_scopes WHERE scope = ?', scope);
    if (!database.get('SELECT 1 FROM subscriptions WHERE bot = ?', scope)) return;
    database.run('UPDATE subscriptions SET bot = ? WHERE bot = ?', this.scopeFor(bot), scope);
  }

  private find(bot: string): Login | undefined {
    const sql = 'SELECT scope, proven, left_scope AS leftScope FROM logins WHERE login = ?';
    return this.database.get<Login>(sql, bot);
  }
}
