import { DatabaseSync } from 'node:sqlite';

import { Database } from './database';
import { CLAIMS_MIGRATION } from './migrations/claims';
import { FENCES_MIGRATION } from './migrations/fences';
import { LEAN_SENDS_MIGRATION } from './migrations/lean-sends';
import { LOGINS_MIGRATION } from './migrations/logins';
import { PACING_MIGRATION } from './migrations/pacing';
import { RECENT_MIGRATION } from './migrations/recent';
import { UNREADABLE_MIGRATION } from './migrations/unreadable';

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
  `
  -- What was seen is bounded for each bot, so it is found by bot and age.
  DROP INDEX IF EXISTS seen_by_age;
  CREATE INDEX seen_by_bot ON seen (bot, seen_at);
  CREATE INDEX conversations_by_time ON conversations (bot, last_inbound_at);
  CREATE INDEX unclaimed_by_bot ON unclaimed (bot, seq);
  -- Whose send it was; of sends that broke off before this step it is not known.
  ALTER TABLE unfinished ADD COLUMN bot TEXT NOT NULL DEFAULT '';
  CREATE INDEX unfinished_by_age ON unfinished (at);
  CREATE INDEX unfinished_by_bot ON unfinished (bot);
  -- What one process does for all that share the file, and when it was last begun.
  CREATE TABLE chores (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
  `,
  PACING_MIGRATION,
  CLAIMS_MIGRATION,
  FENCES_MIGRATION,
  LEAN_SENDS_MIGRATION,
];

/** The columns of each table as all steps make them. */
let wanted: Map<string, string[]> | undefined;

/** The columns of each table of ours. */
export function columnsOfTables(): ReadonlyMap<string, readonly string[]> {
  if (wanted) return wanted;
  const memory = new DatabaseSync(':memory:');
  try {
    for (const step of MIGRATIONS) memory.exec(step);
    return (wanted = columnsIn(new Database(memory)));
  } finally {
    memory.close();
  }
}

/** Whether a table, or a column of one, is missing. */
export function missingIn(database: Database): boolean {
  const found = columnsIn(database);
  return [...columnsOfTables()].some(([table, columns]) => {
    return !columns.every((column) => found.get(table)?.includes(column));
  });
}

function columnsIn(database: Database): Map<string, string[]> {
  const sql = `SELECT t.name AS "table", c.name AS "column" FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`;
  const columns = new Map<string, string[]>();
  for (const row of database.all<{ table: string; column: string }>(sql)) {
    columns.set(row.table, [...(columns.get(row.table) ?? []), row.column]);
  }
  return columns;
}
