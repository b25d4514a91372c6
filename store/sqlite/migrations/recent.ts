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
