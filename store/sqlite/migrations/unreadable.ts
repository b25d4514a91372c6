/** The step that adds what could not be read. */
export const UNREADABLE_MIGRATION = `
  CREATE TABLE unreadable (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    bot TEXT NOT NULL,
    digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    UNIQUE (bot, digest)
  );
  CREATE INDEX unreadable_by_age ON unreadable (last_at);
`;
