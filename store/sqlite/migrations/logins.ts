/**
 * The step that adds who may reach what. A scope is the `bot` of all other tables, an opaque name that never leaves the store.
 * In a store of before it was a field that somebody had typed. A token is let into such a scope when it is known to have received
 * messages there, and is the only one. Every other scope stays closed until its person has written to a bot.
 */
export const LOGINS_MIGRATION = `
  CREATE TABLE logins (
    login TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    -- Whether it is known whose bot it is.
    proven INTEGER NOT NULL DEFAULT 0,
    -- What it opened until a newer login of the same person took that over.
    left_scope TEXT
  ) WITHOUT ROWID;
  CREATE INDEX logins_by_scope ON logins (scope);
  CREATE INDEX logins_by_left_scope ON logins (left_scope);
  CREATE TABLE persons (
    realm TEXT NOT NULL,
    user_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    PRIMARY KEY (realm, user_id)
  ) WITHOUT ROWID;
  CREATE INDEX persons_by_scope ON persons (scope);
  -- Subscribers whose token a newer one has replaced. What is kept for them waits until they bring the new one.
  CREATE TABLE held_back (subscriber TEXT PRIMARY KEY) WITHOUT ROWID;

  CREATE TABLE legacy_servers (url TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO legacy_servers (url) SELECT substr(fact, 12) FROM facts WHERE fact LIKE 'gives ids: %';
  CREATE TABLE legacy_scopes (scope TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO legacy_scopes (scope)
    WITH RECURSIVE receivers (bot) AS (
      SELECT min(bot) FROM messages
      UNION ALL SELECT (SELECT min(bot) FROM messages m WHERE m.bot > r.bot) FROM receivers r WHERE r.bot IS NOT NULL
    )
    SELECT bot FROM receivers WHERE bot IS NOT NULL
    UNION SELECT bot FROM conversations UNION SELECT bot FROM outbox UNION SELECT bot FROM subscriptions;
  INSERT OR IGNORE INTO logins (login, scope)
    SELECT min(login), bot FROM conversations WHERE login <> ''
    GROUP BY bot HAVING count(DISTINCT login) = 1 ORDER BY max(last_inbound_at) DESC;
`;
