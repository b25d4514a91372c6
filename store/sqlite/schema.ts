import { LOGINS_MIGRATION } from './logins';
import { RECENT_MIGRATION } from './recent';
import { UNREADABLE_MIGRATION } from './unreadable';

/** Marks a file as ours ("WXIL"), so that we never write into a database of somebody else. */
export const APPLICATION_ID = 0x5758494c;

/**
 * The steps from an empty file to the tables of today. A step is never changed once it was published; a new one is
 * appended. `user_version` says how many have been taken.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    bot TEXT NOT NULL,
    user_id TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX messages_by_bot ON messages (bot, seq);
  CREATE INDEX messages_by_age ON messages (received_at);

  CREATE TABLE seen (
    bot TEXT NOT NULL,
    key TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (bot, key)
  ) WITHOUT ROWID;
  CREATE INDEX seen_by_age ON seen (seen_at);

  CREATE TABLE subscriptions (
    subscriber TEXT PRIMARY KEY,
    bot TEXT NOT NULL,
    -- Since when it sleeps; NULL while it is awake.
    asleep_since INTEGER
  ) WITHOUT ROWID;

  CREATE TABLE deliveries (
    subscriber TEXT NOT NULL,
    seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (subscriber, seq)
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_by_seq ON deliveries (seq);

  CREATE TABLE conversations (
    bot TEXT NOT NULL,
    user_id TEXT NOT NULL,
    context_token TEXT NOT NULL,
    last_inbound_at INTEGER NOT NULL,
    sent_since INTEGER NOT NULL DEFAULT 0,
    closed_by_server INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, user_id)
  ) WITHOUT ROWID;

  CREATE TABLE cursors (connection TEXT PRIMARY KEY, cursor TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE owners (owner TEXT PRIMARY KEY, alive_until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE leases (connection TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE probes (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
  `,
  `
  ALTER TABLE messages ADD COLUMN kind TEXT NOT NULL DEFAULT 'message';
  ALTER TABLE conversations ADD COLUMN login TEXT NOT NULL DEFAULT '';
  -- Messages that came while nobody listened.
  CREATE TABLE unclaimed (seq INTEGER PRIMARY KEY, bot TEXT NOT NULL);

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    bot TEXT NOT NULL,
    user_id TEXT NOT NULL,
    send_id TEXT NOT NULL,
    type TEXT NOT NULL,
    item TEXT NOT NULL,
    age_note TEXT NOT NULL,
    quota INTEGER NOT NULL,
    window_ms INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    client_id TEXT
  );
  CREATE INDEX outbox_by_user ON outbox (bot, user_id, id);

  CREATE TABLE facts (fact TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE unfinished (
    send TEXT PRIMARY KEY,
    execution TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  RECENT_MIGRATION,
  `
  CREATE TABLE slips (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
  CREATE INDEX slips_by_end ON slips (expires_at);
  `,
  UNREADABLE_MIGRATION,
  LOGINS_MIGRATION,
];
