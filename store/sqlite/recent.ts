import type { RecentMessage, SentMessage } from '../store';
import type { Database } from './database';

/**
 * The step that adds what quotes are resolved with: the ids of what came in (of the message and of its items), and what was
 * sent. Messages of before get their ids, too. A trigger keeps the ids in step with the messages, however those are deleted.
 */
export const RECENT_MIGRATION = `
  CREATE TABLE message_ids (
    bot TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (bot, id)
  ) WITHOUT ROWID;
  CREATE INDEX message_ids_by_seq ON message_ids (seq);
  CREATE TRIGGER message_ids_go AFTER DELETE ON messages BEGIN
    DELETE FROM message_ids WHERE seq = old.seq;
  END;
  INSERT OR IGNORE INTO message_ids
    SELECT bot, body ->> '$.message_id', seq FROM messages
    WHERE json_valid(body) AND body ->> '$.message_id' <> '';
  INSERT OR IGNORE INTO message_ids
    SELECT bot, body ->> (item.fullkey || '.msg_id'), seq
    FROM (SELECT bot, seq, body FROM messages WHERE json_valid(body)), json_each(body, '$.item_list') item
    WHERE body ->> (item.fullkey || '.msg_id') <> '';

  CREATE TABLE sent_messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    bot TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (bot, id)
  );
  CREATE INDEX sent_messages_by_bot ON sent_messages (bot, number);
  CREATE INDEX sent_messages_by_age ON sent_messages (sent_at);
`;

/** Notes under which ids a message that came in may be quoted. Inside the transaction that keeps the message. */
export function noteIds(database: Database, bot: string, seq: number, ids: readonly string[]): void {
  for (const id of ids) {
    database.run('INSERT OR IGNORE INTO message_ids (bot, id, seq) VALUES (?, ?, ?)', bot, id, seq);
  }
}

/** Remembers what was sent. The same id again changes nothing: it is the same message. */
export function noteSent(database: Database, bot: string, { id, userId, sentAt, body }: SentMessage): void {
  const sql = `INSERT INTO sent_messages (bot, id, user_id, sent_at, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`;
  database.run(sql, bot, id, userId, sentAt, body);
}

/** The message of this conversation that has this id, or one of whose items has it. */
export function findRecent(
  database: Database,
  bot: string,
  userId: string,
  id: string,
): RecentMessage | undefined {
  const received = database.get<Omit<RecentMessage, 'direction'>>(
    `SELECT m.received_at AS at, m.body FROM message_ids i JOIN messages m USING (seq)
     WHERE i.bot = ? AND i.id = ? AND m.user_id = ?`,
    bot,
    id,
    userId,
  );
  if (received) return { direction: 'in', ...received };
  const sent = database.get<Omit<RecentMessage, 'direction'>>(
    'SELECT sent_at AS at, body FROM sent_messages WHERE bot = ? AND id = ? AND user_id = ?',
    bot,
    id,
    userId,
  );
  return sent && { direction: 'out', ...sent };
}
