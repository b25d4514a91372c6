import type { Conversation, Conversations, ReceivedBatch, SendClaim, SendTerms } from '../store';
import type { Access } from './access';
import type { SqliteLogins } from './logins';
import { pages } from './pages';

const CONVERSATION = `user_id AS userId, context_token AS contextToken, last_inbound_at AS lastInboundAt,
  sent_since AS sentSince, closed_by_server AS closedByServer, login,
  (SELECT count(*) FROM outbox o WHERE o.bot = c.bot AND o.user_id = c.user_id) AS queued FROM conversations c`;
type Row = Omit<Conversation, 'closedByServer'> & { closedByServer: number };

/** Whether a message may go out; what is not known is free. */
const IS_OPEN = `closed_by_server = 0
  AND (last_inbound_at = 0 OR (login IN (?, '') AND last_inbound_at > ? AND sent_since < ?))`;
/** One statement, which is a transaction of its own: it counts, and says what it counted for. Nothing when it may not. */
const CLAIM = `INSERT INTO conversations
    (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login) VALUES (?, ?, '', 0, 1, 0, '')
  ON CONFLICT DO UPDATE SET sent_since = sent_since + 1 WHERE ${IS_OPEN}
  RETURNING last_inbound_at AS lastInboundAt, closed_by_server AS closedByServer, context_token AS contextToken, login`;
const CLAIM_ANYWAY = CLAIM.replace(`WHERE ${IS_OPEN}`, '');
type ClaimRow = Omit<SendClaim, 'granted' | 'closedByServer'> & { closedByServer: number };

/** The table of conversations. */
export class SqliteConversations implements Conversations {
  constructor(
    private readonly access: Access,
    private readonly logins: SqliteLogins,
  ) {}

  conversation(bot: string, userId: string): Promise<Conversation | undefined> {
    return this.access.read(() => this.find(this.logins.scopeOf(bot), userId));
  }

  async conversations(bot: string, limit: number): Promise<Conversation[]> {
    const sql = `SELECT ${CONVERSATION} WHERE bot = ? AND (last_inbound_at, user_id) < (?, ?)
      ORDER BY last_inbound_at DESC, user_id DESC LIMIT ?`;
    return pages<Conversation>(this.access, limit, (after, most) => {
      const { lastInboundAt, userId } = after ?? { lastInboundAt: Number.MAX_SAFE_INTEGER, userId: '' };
      const scope = this.logins.scopeOf(bot);
      return this.access.database.all<Row>(sql, scope, lastInboundAt, userId, most).map(toConversation);
    });
  }

  async claimSend(bot: string, userId: string, terms?: SendTerms): Promise<SendClaim> {
    const row = await this.access.writeOne(() => this.claim(this.logins.scopeFor(bot), userId, terms));
    if (row) return { ...row, granted: true, closedByServer: row.closedByServer === 1 };
    const known = await this.conversation(bot, userId);
    // It was forgotten in that moment.
    if (!known) return this.claimSend(bot, userId, terms);
    const { lastInboundAt, closedByServer, contextToken, login } = known;
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
    await this.access.write(() =>
      this.access.database.run(sql, closed ? 1 : 0, this.logins.scopeOf(bot), userId, lastInboundAt),
    );
  }

  async reopened(bot: string, userId: string): Promise<void> {
    const sql = 'UPDATE conversations SET closed_by_server = 0 WHERE bot = ? AND user_id = ?';
    await this.access.write(() => this.access.database.run(sql, this.logins.scopeOf(bot), userId));
  }

  /** The user wrote: the window is open again, and the count starts anew. Part of the caller's transaction. */
  userWrote(scope: string, { login, receivedAt }: ReceivedBatch, userId: string, contextToken: string): void {
    // A token of another login is of no use any more.
    const sql = `INSERT INTO conversations
      (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login) VALUES (?, ?, ?, ?, 0, 0, ?)
      ON CONFLICT DO UPDATE SET last_inbound_at = excluded.last_inbound_at, sent_since = 0, closed_by_server = 0,
        context_token = iif(excluded.context_token = '' AND login IN (excluded.login, ''), context_token, excluded.context_token),
        login = excluded.login`;
    this.access.database.run(sql, scope, userId, contextToken, receivedAt, login);
  }

  /** A repeat of a message may bring a newer token. Part of the caller's transaction. */
  refreshToken(scope: string, { login }: ReceivedBatch, userId: string, contextToken: string): void {
    const sql =
      'UPDATE conversations SET context_token = ?, login = ? WHERE bot = ? AND user_id = ? AND login IN (?, ?)';
    this.access.database.run(sql, contextToken, login, scope, userId, login, '');
  }

  private claim(scope: string, userId: string, terms?: SendTerms): ClaimRow | undefined {
    const { database } = this.access;
    if (!terms) return database.write<ClaimRow>(CLAIM_ANYWAY, scope, userId);
    return database.write<ClaimRow>(CLAIM, scope, userId, terms.login, terms.openSince, terms.quota);
  }

  private find(scope: string, userId: string): Conversation | undefined {
    const sql = `SELECT ${CONVERSATION} WHERE bot = ? AND user_id = ?`;
    const row = this.access.database.get<Row>(sql, scope, userId);
    return row && toConversation(row);
  }
}

function toConversation(row: Row): Conversation {
  return { ...row, closedByServer: row.closedByServer === 1 };
}
