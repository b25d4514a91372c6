import type { Conversation, Conversations, SendClaim, SendEnd, SendTerms, Spacing } from '../conversations';
import { nextAfter, nextSlot, paceAt, shorterGap, type Pace } from '../pace';
import { isOpen, UNKNOWN, type Window } from '../window';
import type { PostgresDatabase } from './database';
import { LATER, type Sql, type Transaction } from './sql';
import { pages } from './pages';
import { lockScope, SCOPE } from './scopes';

const CONVERSATION = `SELECT c.user_id AS "userId", context_token AS "contextToken", last_inbound_at AS "lastInboundAt",
    sent_since AS "sentSince", closed_by_server AS "closedByServer", login,
    coalesce(p.throttled_until, 0) AS "throttledUntil", coalesce(p.throttles, 0) AS throttles,
    (SELECT count(*) FROM wechat_ilink.outbox o WHERE o.bot = c.bot AND o.user_id = c.user_id) AS queued,
    coalesce((SELECT reason FROM wechat_ilink.outbox o WHERE o.bot = c.bot AND o.user_id = c.user_id
      ORDER BY id DESC LIMIT 1), '') AS "queuedReason"
  FROM wechat_ilink.conversations c LEFT JOIN wechat_ilink.pacing p ON p.bot = $1 AND p.user_id = c.user_id
  WHERE c.bot = ${SCOPE}`;

/** Counts a message where nothing but the count stands in its way. */
const CLAIM_PLAINLY = `UPDATE wechat_ilink.conversations c SET sent_since = sent_since + 1
  WHERE bot = ${SCOPE} AND user_id = $2 AND NOT closed_by_server
    AND CASE WHEN last_inbound_at = 0 THEN $6 ELSE last_inbound_at > $3 AND sent_since < $4 AND login IN ($5, '') END
    AND NOT EXISTS (SELECT 1 FROM wechat_ilink.pacing p WHERE p.bot = $1 AND p.user_id = $2)
    AND NOT ($7 AND EXISTS (SELECT 1 FROM wechat_ilink.outbox o WHERE o.bot = c.bot AND o.user_id = $2))
    AND ${LATER}
  RETURNING last_inbound_at AS "lastInboundAt", context_token AS "contextToken", login, sent_since - 1 AS "sentSince"`;

/** The tables of conversations, and of how fast messages go to one person. */
export class PostgresConversations implements Conversations {
  constructor(private readonly database: PostgresDatabase) {}

  get(bot: string, userId: string): Promise<Conversation | undefined> {
    return this.database.get<Conversation>(`${CONVERSATION} AND c.user_id = $2`, bot, userId);
  }

  list(bot: string, limit: number): Promise<Conversation[]> {
    const sql = `${CONVERSATION} AND (c.last_inbound_at, c.user_id COLLATE "C") < ($2::bigint, $3::text)
      ORDER BY c.last_inbound_at DESC, c.user_id COLLATE "C" DESC LIMIT $4`;
    return pages<Conversation>(limit, (after, most) =>
      this.database.all(sql, bot, after?.lastInboundAt ?? Number.MAX_SAFE_INTEGER, after?.userId ?? '', most),
    );
  }

  async claim(bot: string, userId: string, spacing: Spacing, terms?: SendTerms): Promise<SendClaim> {
    return (
      (await this.claimPlainly(bot, userId, spacing, terms)) ??
      this.claimWithPace(bot, userId, spacing, terms)
    );
  }

  /**
   * Most sends need one statement. When the connection breaks before its answer, it is counted once more; the count begins anew
   * with the next message of the person.
   *
   * @returns nothing when the message has a pace to keep, or may not go out
   */
  private async claimPlainly(
    bot: string,
    userId: string,
    { now, gapMs }: Spacing,
    terms?: SendTerms,
  ): Promise<SendClaim | undefined> {
    if (!terms || gapMs > 0) return undefined;
    const { openSince, quota, login, hasToken, unlessQueued = false } = terms;
    const values = [openSince, quota, login, hasToken, unlessQueued];
    const row = await this.database.get<Omit<Window, 'closedByServer'>>(
      CLAIM_PLAINLY,
      bot,
      userId,
      ...values,
    );
    const plain = {
      granted: true,
      isPlain: true,
      closedByServer: false,
      throttledUntil: 0,
      throttles: 0,
      slotAt: now,
      gapMs,
    };
    return row && { ...row, ...plain };
  }

  private claimWithPace(
    bot: string,
    userId: string,
    spacing: Spacing,
    terms?: SendTerms,
  ): Promise<SendClaim> {
    return this.database.transaction(async (sql) => {
      const [scope, facts, pace, waits] = await Promise.all([
        lockScope(sql, bot),
        windowOf(sql, bot, userId),
        paceOf(sql, bot, userId, spacing.now),
        sql.get(
          `SELECT 1 FROM wechat_ilink.outbox WHERE bot = ${SCOPE} AND user_id = $2 LIMIT 1`,
          bot,
          userId,
        ),
      ]);
      const { throttledUntil, throttles } = pace;
      const claim = { ...facts, throttledUntil, throttles, slotAt: spacing.now, gapMs: spacing.gapMs };
      if (terms && !isOpen({ ...facts, throttledUntil }, terms, spacing.now))
        return { ...claim, granted: false };
      if (terms?.unlessQueued && waits) return { ...claim, granted: false, isBehind: true };
      const count = `INSERT INTO wechat_ilink.conversations AS c
          (bot, user_id, context_token, last_inbound_at, sent_since, closed_by_server, login)
        VALUES ($1, $2, '', 0, 1, false, '') ON CONFLICT (bot, user_id) DO UPDATE SET sent_since = c.sent_since + 1`;
      sql.write(count, scope, userId);
      const { slotAt, nextAt } = nextSlot(pace, spacing);
      if (nextAt !== undefined) setNext(sql, bot, userId, nextAt, pace.gapMs);
      return { ...claim, granted: true, slotAt, gapMs: Math.max(spacing.gapMs, pace.gapMs) };
    });
  }

  /** When the user has written meanwhile, the count began anew, and a refusal from before says nothing any more. */
  async settle(bot: string, userId: string, claim: SendClaim, end: SendEnd): Promise<void> {
    const { isBack = false, isClosed = false, isOpen: opened = false, throttle } = end;
    const isPlain = !isBack && !isClosed && !opened && !throttle;
    if (isPlain && end.gapMs === 0 && claim.gapMs === 0) return;
    await this.database.transaction(async (sql) => {
      const [scope, pace] = await Promise.all([lockScope(sql, bot), paceOf(sql, bot, userId, end.now)]);
      writePace(sql, bot, userId, pace, end);
      if (isPlain) return;
      const count = `UPDATE wechat_ilink.conversations SET sent_since = greatest(0, sent_since - $4),
          closed_by_server = NOT $5 AND (closed_by_server OR $6)
        WHERE bot = $1 AND user_id = $2 AND last_inbound_at = $3`;
      const values = [claim.lastInboundAt, isBack ? 1 : 0, opened, isClosed];
      const counted = sql.run(count, scope, userId, ...values);
      if (throttle && (await counted) > 0) setThrottle(sql, bot, userId, throttle);
      if (end.isUnknownUser) await forgetUnknown(sql, bot, scope, userId);
      await counted;
    });
  }
}

async function windowOf(sql: Sql, bot: string, userId: string): Promise<Window> {
  const find = `SELECT last_inbound_at AS "lastInboundAt", closed_by_server AS "closedByServer",
      context_token AS "contextToken", login, sent_since AS "sentSince"
    FROM wechat_ilink.conversations WHERE bot = ${SCOPE} AND user_id = $2`;
  return (await sql.get<Window>(find, bot, userId)) ?? UNKNOWN;
}

async function paceOf(sql: Sql, bot: string, userId: string, now: number): Promise<Pace> {
  const find = `SELECT next_send_at AS "nextSendAt", gap_ms AS "gapMs", throttled_until AS "throttledUntil", throttles
    FROM wechat_ilink.pacing WHERE bot = $1 AND user_id = $2`;
  return paceAt(await sql.get<Pace>(find, bot, userId), now);
}

function writePace(sql: Transaction, bot: string, userId: string, pace: Pace, end: SendEnd): void {
  const nextAt = nextAfter(pace, end);
  if (nextAt !== undefined) setNext(sql, bot, userId, nextAt, pace.gapMs);
  if (end.isTaken && pace.gapMs > 0) {
    const accepted = 'UPDATE wechat_ilink.pacing SET gap_ms = $3 WHERE bot = $1 AND user_id = $2';
    sql.write(accepted, bot, userId, shorterGap(pace));
  }
  if (!end.isOpen) return;
  const relieved = `UPDATE wechat_ilink.pacing SET throttled_until = 0, throttles = 0
    WHERE bot = $1 AND user_id = $2 AND throttles > 0`;
  sql.write(relieved, bot, userId);
}

function setNext(sql: Transaction, bot: string, userId: string, at: number, gapMs: number): void {
  const set = `INSERT INTO wechat_ilink.pacing (bot, user_id, next_send_at, gap_ms) VALUES ($1, $2, $3, $4)
    ON CONFLICT (bot, user_id) DO UPDATE SET next_send_at = excluded.next_send_at, gap_ms = excluded.gap_ms`;
  sql.write(set, bot, userId, at, gapMs);
}

function setThrottle(
  sql: Transaction,
  bot: string,
  userId: string,
  { until, gapMs }: NonNullable<SendEnd['throttle']>,
): void {
  const set = `INSERT INTO wechat_ilink.pacing AS p (bot, user_id, gap_ms, throttled_until, throttles)
    VALUES ($1, $2, $3, $4, 1) ON CONFLICT (bot, user_id) DO UPDATE
    SET gap_ms = excluded.gap_ms, throttled_until = excluded.throttled_until, throttles = p.throttles + 1`;
  sql.write(set, bot, userId, gapMs, until);
}

/** Nothing but this message was ever known of it. */
async function forgetUnknown(sql: Transaction, bot: string, scope: string, userId: string): Promise<void> {
  const forget = `DELETE FROM wechat_ilink.conversations
    WHERE bot = $1 AND user_id = $2 AND last_inbound_at = 0 AND sent_since = 0`;
  if ((await sql.run(forget, scope, userId)) === 0) return;
  sql.write('DELETE FROM wechat_ilink.pacing WHERE bot = $1 AND user_id = $2', bot, userId);
}
