/**
 * The step that adds how fast messages go to one person, so that all processes keep one pace, and a restart remembers a throttle.
 * It belongs to a token and not to a scope: a new login begins anew.
 */
export const PACING_MIGRATION = `
  CREATE TABLE pacing (
    bot TEXT NOT NULL,
    user_id TEXT NOT NULL,
    -- Before this nothing goes out, so that messages keep their distance.
    next_send_at INTEGER NOT NULL DEFAULT 0,
    -- The distance that was learnt; 0 for none.
    gap_ms INTEGER NOT NULL DEFAULT 0,
    throttled_until INTEGER NOT NULL DEFAULT 0,
    -- How often in a row the server refused what it may have throttled.
    throttles INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bot, user_id)
  ) WITHOUT ROWID;
  CREATE INDEX pacing_by_age ON pacing (next_send_at);

  -- Why a message waits, as a code; empty where it is not known.
  ALTER TABLE outbox ADD COLUMN reason TEXT NOT NULL DEFAULT '';
  -- What is sent, so that a retry finds it that knows nothing of the execution it belongs to.
  ALTER TABLE unfinished ADD COLUMN content TEXT NOT NULL DEFAULT '';
  -- Whether it broke off, or may have: its process can have died.
  ALTER TABLE unfinished ADD COLUMN is_open INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX unfinished_by_content ON unfinished (content) WHERE is_open = 1;
`;
