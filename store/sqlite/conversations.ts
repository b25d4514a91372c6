import type { Conversation, Conversations, ReceivedBatch, SendClaim, SendTerms } from '../store';
import type { Database } from './database';
import type { SqliteLogins } from './logins';

const CONVERSATION = `user_id AS userId, context_token AS contextToken, last_inbound_at AS lastInboundAt,
  sent_since AS sentSince, closed_by_server AS closedByServer, login,
  (SELECT count(*) FROM outbox o WHERE o.bot = c.bot AND o.user_id = c.user_id) AS queued FROM conversations c`;
type Row = Omit<Conversation, 'closedByServer'> & { closedByServer: number };

/** Whether a message may go out; what is not known is free. */
const IS_OPEN = `closed_by_server = 0
  AND (last_inbound_at = 0 OR (login IN (?, '') AND last_inbound_at > ? AND sent_since < ?))`;
/** One statement, which is a transaction of its own: it counts, and says what it counted for. Nothing when it may not. */
const CLAIM = `INSERT INTO conversations VALUES (?, ?, '', 0, 1, 0, '')
  ON CONFLICT DO UPDATE SET sent_since = sent_since + 1 WHERE ${IS_OPEN}
  RETURNING last_inbound_at AS lastInboundAt, closed_by_server AS closedByServer, context_token AS contextToken, login`;
const CLAIM_ANYWAY = CLAIM.replace(`WHERE ${IS_OPEN}`, '');
type ClaimRow = Omit<SendClaim, 'granted' | 'closedByServer'> & { closedByServer: number };

/** The table of conversations. */
export class SqliteConversations implements Conversations {
  constructor(
    private readonly database: Database,
    private readonly logins: SqliteLogins,
  ) {}

  async conversation(bot: string, userId: string): Promise<Conversation | undefined> {
    return this.find(this.logins.scopeOf(bot), userId);
  }

  async conversations(bot: string, limit: number): Promise<Conversation[]> {
    const sql = `SELECT ${CONVERSATION} WHERE bot = ? ORDER BY last_inbound_at DESC LIMIT ?`;
    return this.database.all<Row>(sql, this.logins.scopeOf(bot), limit).map(toConversation);
  }

  async claimSend(bot: string, userId: string, terms?: SendTerms): Promise<SendClaim> {
    const scope = this.logins.scopeFor(bot);
    const row = terms
      ? this.database.write<ClaimRow>(CLAIM, scope, userId, terms.login, terms.openSince, terms.quota)
      : this.database.write<ClaimRow>(CLAIM_ANYWAY, scope, userId);
    if (row) return { ...row, granted: true, closedByServer: row.closedByServer === 1 };
    const { lastInboundAt, closedByServer, contextToken, login } = this.find(scope, userId)!;
    return { granted: false, lastInboundAt, closedByServer, contextToken, login };
  }

  /** When the user has written meanwhile, the count began anew, and a refusal from before says nothing any more. */
  async returnSend(
    bot: string,
    userId: string,
    { lastInboundAt }: SendClaim,
    closed: boolean,
  ): Promise<void> {
    const sql = `UPDATE conversations
      SET sent_since = max(0, sent_since - 1), closed_by_server = max(closed_by_server, ?)
      WHERE bot = ? AND user_id = ? AND last_inbound_at = ?`;
    const scope = this.logins.scopeOf(bot);
    this.database.transaction(() => this.database.run(sql, closed ? 1 : 0, scope, userId, lastInboundAt));
  }

  async reopened(bot: string, userId: string): Promise<void> {
    const sql = 'UPDATE conversations SET closed_by_server = 0 WHERE bot = ? AND user_id = ?';
    this.database.transaction(() => this.database.run(sql, this.logins.scopeOf(bot), userId));
  }

  /** The user wrote: the window is open again, and the count starts anew. Part of the caller's transaction. */
  userWrote(scope: string, { login, receivedAt }: ReceivedBatch, userId: string, contextToken: string): void {
    // A token of another login is of no use any more.
    const sql = `INSERT INTO conversations VALUES (?, ?, ?, ?, 0, 0, ?)
      ON CONFLICT DO UPDATE SET last_inbound_at = excluded.last_inbound_at, sent_since = 0, closed_by_server = 0,
        context_token = iif(excluded.context_token = '' AND login IN (excluded.login, ''), context_token, excluded.context_token),
        login = excluded.login`;
    this.database.run(sql, scope, userId, contextToken, receivedAt, login);
  }

  /** A repeat of a message may bring a newer token. Part of the caller's transaction. */
  refreshToken(scope: string, { login }: ReceivedBatch, userId: string, contextToken: string): void {
    const sql =
      'UPDATE conversations SET context_token = ?, login = ? WHERE bot = ? AND user_id = ? AND login IN (?, ?)';
    this.database.run(sql, contextToken, login, scope, userId, login, '');
  }

  private find(scope: string, userId: string): Conversation | undefined {
    const sql = `SELECT ${CONVERSATION} WHERE bot = ? AND user_id = ?`;
    const row = this.database.get<Row>(sql, scope, userId);
    return row && toConversation(row);
  }
}

function toConversation(row: Row): Conversation {
  return { ...row, closedByServer: row.closedByServer === 1 };
}
