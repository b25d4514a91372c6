import type { StatusEvent } from '../outbox';
import type { Transaction } from './sql';

/**
 * Leaves word for the triggers of a bot, in a transaction that has its lock. It is handed over like a message, so it survives a
 * crash like one. Triggers that sleep had no part in it.
 */
export function addStatusEvent(sql: Transaction, scope: string, { userId, body, at }: StatusEvent): void {
  const leave = `WITH subscribers AS (
      SELECT subscriber FROM wechat_ilink.subscriptions WHERE bot = $1 AND asleep_since IS NULL),
    kept AS (
      INSERT INTO wechat_ilink.messages (bot, user_id, received_at, body, kind)
      SELECT $1, $2, $3, $4, 'notice' WHERE EXISTS (SELECT 1 FROM subscribers) RETURNING seq)
    INSERT INTO wechat_ilink.deliveries (subscriber, seq) SELECT subscriber, seq FROM subscribers, kept`;
  sql.write(leave, scope, userId, at, body);
  sql.announce();
}
