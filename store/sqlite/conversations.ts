import type {
  Conversation,
  Conversations,
  ReceivedBatch,
  SendClaim,
  SendEnd,
  SendTerms,
  Spacing,
} from '../store';
import { isOpen, UNKNOWN, type Window } from '../window';
import type { Access } from './access';
import type { SqliteLogins } from './logins';
import { SqlitePacing } from './pacing';
import { pages } from './pages';

const CONVERSATION = `c.user_id AS userId, context_token AS contextToken, last_inbound_at AS lastInboundAt,
  sent_since AS sentSince, closed_by_server AS closedByServer, login,
  ifnull(p.throttled_until, 0) AS throttledUntil, ifnull(p.throttles, 0) AS throttles,
  (SELECT count(*) FROM outbox o WHERE o.bot = c.bot AND o.user_id = c.user_id) AS queued,
  ifnull((SELECT reason FROM outbox o WHERE o.bot = c.bot AND o.user_id = c.user_id ORDER BY id DESC LIMIT 1), '') AS queuedReason
  FROM conversations c LEFT JOIN pacing p ON p.bot = ? AND p.user_id = c.user_id`;
type Row = Omit<Conversation, 'closedByServer'> & { closedByServer: number };

/** Counts a message where nothing but the count stands in its way. */
const CLAIM_PLAINLY = `UPDATE conversations SET sent_since = sent_since + 1
  WHERE bot = (SELECT scope FROM logins WHERE logins.login = ?1) AND user_id = ?2 AND closed_by_server = 0
    AND iif(last_inbound_at = 0, ?6, last_inbound_at > ?3 AND sent_since < ?4 AND login IN (?5, ''))
    AND NOT EXISTS (SELECT 1 FROM pacing p WHERE p.bot = ?1 AND p.user_id = ?2)
    AND (?7 = 0 OR NOT EXISTS
      (SELECT 1 FROM outbox o WHERE o.bot = conversations.bot AND o.user_id = ?2))
  RETURNING last_inbound_at AS lastInboundAt, context_token AS contextToken, login, sent_since - 1 AS sentSince`;
type PlainRow = Pick<SendClaim, 'lastInboundAt' | 'contextToken' | 'login' | 'sentSince'>;

/** The table of conversations. */
export class SqliteConversations implements Conversations {
  private readonly pacing: SqlitePacing;

  constructor(
    private readonly access: Access,
    private readonly logins: SqliteLogins,
  ) {
    this.pacing = new SqlitePacing(access.database);
  }

  get(bot: string, userId: string): Promise<Conversation | undefined> {
    return this.access.read(() => this.find(bot, this.logins.scopeOf(bot), userId));
  }

  async list(bot: string, limit: number): Promise<Conversation[]> {
    const sql = `SELECT ${CONVERSATION} WHERE c.bot = ? AND (c.last_inbound_at, c.user_id) < (?, ?)
      ORDER BY c.last_inbound_at DESC, c.user_id DESC LIMIT ?`;
    return pages<Conversation>(this.access, limit, (after, most) => {
      const { lastInboundAt, userId } = after ?? { lastInboundAt: Number.MAX_SAFE_INTEGER, userId: '' };
      const scope = this.logins.scopeOf(bot);
      return this.access.database.all<Row>(sql, bot, scope, lastInboundAt, userId, most).map(toConversation);
    });
  }

  claim(bot: string, userId: string, spacing: Spacing, terms?: SendTerms): Promise<SendClaim> {
    const { database } = this.access;
    const plainly = (): SendClaim | undefined => this.claimPlainly(bot, userId, spacing, terms);
    const withPace = (): SendClaim => this.claimWithPace(bot, userId, spacing, terms);
    return this.access.writeTogether(
      () => plainly() ?? withPace(),
      () => plainly() ?? database.transaction(withPace),
    );
  }

  /** Most sends need one statement. @returns nothing when the message has a pace to keep, or may not go out */
  private claimPlainly(
    bot: string,
    userId: string,
    { now, gapMs }: Spacing,
    terms?: SendTerms,
  ): SendClaim | undefined {
    if (!terms || gapMs > 0) return undefined;
    const { openSince, quota, login, hasToken, unlessQueued = false } = terms;
    const row = this.access.database.write<PlainRow>(
      CLAIM_PLAINLY,
      bot,
      userId,
      openSince,
      quota,
      login,
      Number(hasToken),
      Number(unlessQueued),
    );
    if (!row) return undefined;
    return {
      ...row,
      granted: true,
      isPlain: true,
      closedByServer: false,
      throttledUntil: 0,
      throttles: 0,
      slotAt: now,
      gapMs,
    };
  }

  private claimWithPace(bot: string, userId: string, spacing: Spacing, terms?: SendTerms): SendClaim {
    const scope = this.logins.scopeFor(bot);
    const facts = this.factsOf(scope, userId);
    const pace = this.pacing.of(bot, userId, spacing.now);
    const { throttledUntil, throttles } = pace;
    const claim = { ...facts, throttledUntil, throttles, slotAt: spacing.now, gapMs: spacing.gapMs };
    if (terms && !isOpen({ ...facts, throttledUntil }, terms, spacing.now))
      return { ...claim, granted: false };
    if (terms?.unlessQueued && this.hasQueued(scope, userId))
      return { ...claim, granted: false, isBehind: true };
    const count = `INSERT INTO conversations (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login)
      VALUES (?, ?, '', 0, 1, 0, '') ON CONFLICT DO UPDATE SET sent_since = sent_since + 1`;
    this.access.database.run(count, scope, userId);
    const slotAt = this.pacing.take(bot, userId, pace, spacing);
    return { ...claim, granted: true, slotAt, gapMs: Math.max(spacing.gapMs, pace.gapMs) };
  }

  private hasQueued(scope: string, userId: string): boolean {
    const sql = 'SELECT 1 FROM outbox WHERE bot = ? AND user_id = ? LIMIT 1';
    return this.access.database.get(sql, scope, userId) !== undefined;
  }

  /** When the user has written meanwhile, the count began anew, and a refusal from before says nothing any more. */
  async settle(bot: string, userId: string, claim: SendClaim, end: SendEnd): Promise<void> {
    const { isBack = false, isClosed = false, isOpen: opened = false, isUnknownUser, throttle } = end;
    const sql = `UPDATE conversations SET sent_since = max(0, sent_since - ?),
        closed_by_server = iif(?, 0, max(closed_by_server, ?))
      WHERE bot = ? AND user_id = ? AND last_inbound_at = ?`;
    const isPlain = !isBack && !isClosed && !opened && !throttle;
    // Nothing to write, and so no transaction: it would be a third of what the store costs a send.
    if (isPlain && end.gapMs === 0 && claim.gapMs === 0) return;
    await this.access.write(() => {
      const scope = this.logins.scopeOf(bot);
      const pace = this.pacing.of(bot, userId, end.now);
      this.pacing.ended(bot, userId, pace, end);
      if (end.isTaken) this.pacing.accepted(bot, userId, pace);
      if (opened) this.pacing.relieved(bot, userId);
      if (isPlain) return;
      const flags = [isBack, opened, isClosed].map(Number);
      const { changes } = this.access.database.run(sql, ...flags, scope, userId, claim.lastInboundAt);
      if (throttle && changes > 0) this.pacing.throttled(bot, userId, throttle);
      if (isUnknownUser) this.forgetUnknown(bot, scope, userId);
    });
  }

  /** The user wrote: the window is open again, and the count starts anew. Part of the caller's transaction. */
  userWrote(
    scope: string,
    { bot, login, receivedAt }: ReceivedBatch,
    userId: string,
    contextToken: string,
  ): void {
    // A token of another login is of no use any more.
    const sql = `INSERT INTO conversations
      (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login) VALUES (?, ?, ?, ?, 0, 0, ?)
      ON CONFLICT DO UPDATE SET last_inbound_at = excluded.last_inbound_at, sent_since = 0, closed_by_server = 0,
        context_token = iif(excluded.context_token = '' AND login IN (excluded.login, ''), context_token, excluded.context_token),
        login = excluded.login`;
    this.access.database.run(sql, scope, userId, contextToken, receivedAt, login);
    this.pacing.relieved(bot, userId);
  }

  /** A repeat of a message may bring a newer token. Part of the caller's transaction. */
  refreshToken(scope: string, { login }: ReceivedBatch, userId: string, contextToken: string): void {
    const sql =
      'UPDATE conversations SET context_token = ?, login = ? WHERE bot = ? AND user_id = ? AND login IN (?, ?)';
    this.access.database.run(sql, contextToken, login, scope, userId, login, '');
  }

  /** Nothing but this message was ever known of it. */
  private forgetUnknown(bot: string, scope: string, userId: string): void {
    const sql = `DELETE FROM conversations WHERE bot = ? AND user_id = ? AND last_inbound_at = 0 AND sent_since = 0`;
    if (this.access.database.run(sql, scope, userId).changes > 0) this.pacing.forget(bot, userId);
  }

  /** What a claim looks at, and no more: what waits in the queue is another table. */
  private factsOf(scope: string, userId: string): Window {
    const sql = `SELECT last_inbound_at AS lastInboundAt, closed_by_server AS closedByServer, context_token AS contextToken,
      login, sent_since AS sentSince FROM conversations WHERE bot = ? AND user_id = ?`;
    const row = this.access.database.get<Omit<Window, 'closedByServer'> & Row>(sql, scope, userId);
    return row ? { ...row, closedByServer: row.closedByServer === 1 } : UNKNOWN;
  }

  private find(bot: string, scope: string, userId: string): Conversation | undefined {
    const sql = `SELECT ${CONVERSATION} WHERE c.bot = ? AND c.user_id = ?`;
    const row = this.access.database.get<Row>(sql, bot, scope, userId);
    return row && toConversation(row);
  }
}

function toConversation(row: Row): Conversation {
  return { ...row, closedByServer: row.closedByServer === 1 };
}
