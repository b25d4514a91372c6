import type { Conversation, Conversations, ReceivedBatch, SendClaim, SendTerms } from '../store';
import type { Database } from './database';

const CONVERSATION = `user_id AS userId, context_token AS contextToken, last_inbound_at AS lastInboundAt,
  sent_since AS sentSince, closed_by_server AS closedByServer, login`;
type Row = Omit<Conversation, 'closedByServer'> & { closedByServer: number };

/** The table of conversations. */
export class SqliteConversations implements Conversations {
  constructor(private readonly database: Database) {}

  async conversation(bot: string, userId: string): Promise<Conversation | undefined> {
    return this.find(bot, userId);
  }

  async conversations(bot: string, limit: number): Promise<Conversation[]> {
    const sql = `SELECT ${CONVERSATION} FROM conversations WHERE bot = ? ORDER BY last_inbound_at DESC LIMIT ?`;
    return this.database.all<Row>(sql, bot, limit).map(toConversation);
  }

  async claimSend(bot: string, userId: string, terms?: SendTerms): Promise<SendClaim> {
    return this.database.transaction(() => {
      const known = this.find(bot, userId);
      const granted = !terms || !known || isOpen(known, terms);
      if (granted) {
        const sql = `INSERT INTO conversations VALUES (?, ?, '', 0, 1, 0, '')
          ON CONFLICT DO UPDATE SET sent_since = sent_since + 1`;
        this.database.run(sql, bot, userId);
      }
      return {
        granted,
        lastInboundAt: known?.lastInboundAt ?? 0,
        closedByServer: known?.closedByServer ?? false,
      };
    });
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
    this.database.transaction(() => this.database.run(sql, closed ? 1 : 0, bot, userId, lastInboundAt));
  }

  async reopened(bot: string, userId: string): Promise<void> {
    const sql = 'UPDATE conversations SET closed_by_server = 0 WHERE bot = ? AND user_id = ?';
    this.database.transaction(() => this.database.run(sql, bot, userId));
  }

  /** The user wrote: the window is open again, and the count starts anew. Part of the caller's transaction. */
  userWrote({ bot, login, receivedAt }: ReceivedBatch, userId: string, contextToken: string): void {
    // A token of another login is of no use any more.
    const sql = `INSERT INTO conversations VALUES (?, ?, ?, ?, 0, 0, ?)
      ON CONFLICT DO UPDATE SET last_inbound_at = excluded.last_inbound_at, sent_since = 0, closed_by_server = 0,
        context_token = iif(excluded.context_token = '' AND login IN (excluded.login, ''), context_token, excluded.context_token),
        login = excluded.login`;
    this.database.run(sql, bot, userId, contextToken, receivedAt, login);
  }

  /** A repeat of a message may bring a newer token. Part of the caller's transaction. */
  refreshToken({ bot, login }: ReceivedBatch, userId: string, contextToken: string): void {
    const sql =
      'UPDATE conversations SET context_token = ?, login = ? WHERE bot = ? AND user_id = ? AND login IN (?, ?)';
    this.database.run(sql, contextToken, login, bot, userId, login, '');
  }

  private find(bot: string, userId: string): Conversation | undefined {
    const sql = `SELECT ${CONVERSATION} FROM conversations WHERE bot = ? AND user_id = ?`;
    const row = this.database.get<Row>(sql, bot, userId);
    return row && toConversation(row);
  }
}

function isOpen(known: Conversation, { login, quota, openSince }: SendTerms): boolean {
  if (known.closedByServer) return false;
  if (known.lastInboundAt === 0) return true;
  const sameLogin = known.login === '' || known.login === login;
  return sameLogin && known.lastInboundAt > openSince && known.sentSince < quota;
}

function toConversation(row: Row): Conversation {
  return { ...row, closedByServer: row.closedByServer === 1 };
}
