import type { Fence } from '../leases';
import type { StatusEvent, Outbox, QueuedMessage } from '../outbox';
import type { Access } from './access';
import type { Database } from './database';
import { isCurrent } from './leases';
import type { SqliteLogins } from './logins';
import { addStatusEvent } from './status-events';
import { inPages, pages } from './pages';

const QUEUED = `id, user_id AS userId, send_id AS sendId, type, item, age_note AS ageNote, quota,
  window_ms AS windowMs, reason,
  queued_at AS queuedAt, expires_at AS expiresAt, client_id AS clientId`;

/** The table of messages that wait to go out. */
export class SqliteOutbox implements Outbox {
  private readonly database: Database;

  constructor(
    private readonly access: Access,
    private readonly logins: SqliteLogins,
  ) {
    this.database = access.database;
  }

  async add(
    messages: Array<Omit<QueuedMessage, 'id'>>,
    maxQueued = Infinity,
    event?: StatusEvent,
  ): Promise<number[] | undefined> {
    return this.access.write(() => {
      const scope = this.logins.scopeFor(messages[0]?.bot ?? '');
      if (this.countIn(scope) + messages.length > maxQueued) return undefined;
      const isNews = event !== undefined && !this.waitsFor(scope, event.userId, messages[0]!.reason);
      if (isNews) addStatusEvent(this.database, scope, event);
      return messages.map((message) => this.insert(scope, message));
    }, true);
  }

  async setReason(bot: string, userId: string, reason: string, event?: StatusEvent): Promise<boolean> {
    const isOther = 'bot = ? AND user_id = ? AND reason <> ?';
    // Nearly always it is no news, and to find that out takes no lock.
    const isNews = await this.access.read(() => {
      const sql = `SELECT 1 FROM outbox WHERE ${isOther} LIMIT 1`;
      return this.database.get(sql, this.logins.scopeOf(bot), userId, reason) !== undefined;
    });
    if (!isNews) return false;
    return this.access.write(() => {
      const scope = this.logins.scopeOf(bot);
      const sql = `UPDATE outbox SET reason = ? WHERE ${isOther}`;
      if (this.database.run(sql, reason, scope, userId, reason).changes === 0) return false;
      if (event) addStatusEvent(this.database, scope, event);
      return true;
    });
  }

  async list(bot: string, userId?: string): Promise<QueuedMessage[]> {
    return pages<QueuedMessage>(this.access, Infinity, (after, most) => {
      const { where, values } = of(this.logins.scopeOf(bot), userId);
      const sql = `SELECT ${QUEUED} FROM outbox WHERE ${where} AND id > ? ORDER BY id LIMIT ?`;
      const rows = this.database.all<Omit<QueuedMessage, 'bot'>>(sql, ...values, after?.id ?? 0, most);
      return rows.map((row) => ({ ...row, bot }));
    });
  }

  count(bot: string, userId?: string): Promise<number> {
    return this.access.read(() => this.countIn(this.logins.scopeOf(bot), userId));
  }

  async users(bot: string): Promise<string[]> {
    const sql = 'SELECT DISTINCT user_id AS userId FROM outbox WHERE bot = ?';
    const rows = await this.access.read(() =>
      this.database.all<{ userId: string }>(sql, this.logins.scopeOf(bot)),
    );
    return rows.map(({ userId }) => userId);
  }

  async assignClientId(ids: number[], clientId: string, fence?: Fence): Promise<boolean> {
    const isFree = 'SELECT 1 FROM outbox WHERE id = ? AND client_id IS NULL';
    const sql = 'UPDATE outbox SET client_id = ? WHERE id = ?';
    return this.access.write(() => {
      if (!isCurrent(this.database, fence)) return false;
      if (!ids.every((id) => this.database.get(isFree, id))) return false;
      ids.forEach((id) => this.database.run(sql, clientId, id));
      return true;
    }, true);
  }

  async clearClientId(clientId: string): Promise<void> {
    const sql = 'UPDATE outbox SET client_id = NULL WHERE client_id = ?';
    await this.access.write(() => this.database.run(sql, clientId));
  }

  async remove(bot: string, ids: number[], event?: StatusEvent): Promise<number[]> {
    return this.take('DELETE FROM outbox WHERE bot = ? AND id = ?', bot, ids, event);
  }

  async removeWaiting(bot: string, ids: number[], event?: StatusEvent): Promise<number[]> {
    return this.take('DELETE FROM outbox WHERE bot = ? AND id = ? AND client_id IS NULL', bot, ids, event);
  }

  /** What nobody is told of goes in steps; else word and what it is about go together. */
  private async take(sql: string, bot: string, ids: number[], event?: StatusEvent): Promise<number[]> {
    const takeOut = (some: number[]): number[] => {
      const scope = this.logins.scopeOf(bot);
      const gone = some.filter((id) => this.database.run(sql, scope, id).changes > 0);
      if (event && gone.length > 0) addStatusEvent(this.database, scope, event);
      return gone;
    };
    if (event) return this.access.write(() => takeOut(ids), true);
    return (await inPages(ids, (part) => this.access.write(() => takeOut(part), true))).flat();
  }

  private waitsFor(scope: string, userId: string, reason: string): boolean {
    const sql = 'SELECT 1 FROM outbox WHERE bot = ? AND user_id = ? AND reason = ? LIMIT 1';
    return this.database.get(sql, scope, userId, reason) !== undefined;
  }

  private countIn(scope: string, userId?: string): number {
    const { where, values } = of(scope, userId);
    return this.database.get<{ n: number }>(`SELECT count(*) AS n FROM outbox WHERE ${where}`, ...values)!.n;
  }

  private insert(scope: string, message: Omit<QueuedMessage, 'id'>): number {
    const { userId, sendId, type, item, ageNote, quota, windowMs, queuedAt, expiresAt } = message;
    const sql = `INSERT INTO outbox (bot, user_id, send_id, type, item, age_note, quota, window_ms, queued_at,
      expires_at, client_id, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    const values = [
      scope,
      userId,
      sendId,
      type,
      item,
      ageNote,
      quota,
      windowMs,
      queuedAt,
      expiresAt,
      message.clientId,
      message.reason,
    ];
    return this.database.run(sql, ...values).lastId;
  }
}

function of(scope: string, userId?: string): { where: string; values: string[] } {
  if (userId === undefined) return { where: 'bot = ?', values: [scope] };
  return { where: 'bot = ? AND user_id = ?', values: [scope, userId] };
}
