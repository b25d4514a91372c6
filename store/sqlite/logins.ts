import type { Logins, Proof } from '../logins';
import type { ReceivedBatch } from '../store';
import type { Access } from './access';
import type { Database } from './database';
import { ENDED, moveAhead, takeOver } from './take-over';

/**
 * The step that adds who may reach what. A scope is the `bot` of all other tables, an opaque name that never leaves the store.
 * In a store of before it was a field that somebody had typed. A token is let into such a scope when it is known to have received
 * messages there, and is the only one. Every other scope stays closed until its person has written to a bot.
 */
export const LOGINS_MIGRATION = `
  CREATE TABLE logins (
    login TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    -- Whether it is known whose bot it is.
    proven INTEGER NOT NULL DEFAULT 0,
    -- What it opened until a newer login of the same person took that over.
    left_scope TEXT
  ) WITHOUT ROWID;
  CREATE INDEX logins_by_scope ON logins (scope);
  CREATE INDEX logins_by_left_scope ON logins (left_scope);
  CREATE TABLE persons (
    realm TEXT NOT NULL,
    user_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    PRIMARY KEY (realm, user_id)
  ) WITHOUT ROWID;
  CREATE INDEX persons_by_scope ON persons (scope);
  -- Subscribers whose token a newer one has replaced. What is kept for them waits until they bring the new one.
  CREATE TABLE held_back (subscriber TEXT PRIMARY KEY) WITHOUT ROWID;

  CREATE TABLE legacy_servers (url TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO legacy_servers (url) SELECT substr(fact, 12) FROM facts WHERE fact LIKE 'gives ids: %';
  CREATE TABLE legacy_scopes (scope TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO legacy_scopes (scope)
    WITH RECURSIVE receivers (bot) AS (
      SELECT min(bot) FROM messages
      UNION ALL SELECT (SELECT min(bot) FROM messages m WHERE m.bot > r.bot) FROM receivers r WHERE r.bot IS NOT NULL
    )
    SELECT bot FROM receivers WHERE bot IS NOT NULL
    UNION SELECT bot FROM conversations UNION SELECT bot FROM outbox UNION SELECT bot FROM subscriptions;
  INSERT OR IGNORE INTO logins (login, scope)
    SELECT min(login), bot FROM conversations WHERE login <> ''
    GROUP BY bot HAVING count(DISTINCT login) = 1 ORDER BY max(last_inbound_at) DESC;
`;

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
    const before = known?.scope ?? (await this.access.write(() => this.scopeFor(proof.bot)));
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
