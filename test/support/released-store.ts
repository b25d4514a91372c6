import { DatabaseSync } from 'node:sqlite';

import { APPLICATION_ID, MIGRATIONS } from '../../store/sqlite/schema';

/** How many steps of the schema version 0.1 has. */
const RELEASED_STEPS = 4;

/** A file as version 0.1 left it behind. Its `bot` is what somebody had typed into the credential. */
export function releasedStore(path: string, ...rows: string[]): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL');
  for (const step of MIGRATIONS.slice(0, RELEASED_STEPS)) database.exec(step);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${RELEASED_STEPS}`);
  for (const sql of rows) database.exec(sql);
  database.close();
}

/** A message that came, for a workflow that has not had it yet. */
export function releasedMessage(bot: string, seq: number, userId: string, subscriber = 'w'): string {
  return `INSERT INTO messages VALUES (${seq}, '${bot}', '${userId}', 1, '{"message_id":"${seq}"}', 'message');
    INSERT OR IGNORE INTO subscriptions VALUES ('${subscriber}', '${bot}', NULL);
    INSERT INTO deliveries VALUES ('${subscriber}', ${seq}, 0, 0);
    INSERT INTO seen VALUES ('${bot}', 'm:${seq}', 1);`;
}

/** A conversation; `login` is the token to which the user last wrote, if there is one. */
export function releasedConversation(bot: string, userId: string, login: string, lastInboundAt = 1): string {
  return `INSERT INTO conversations VALUES ('${bot}', '${userId}', 'ct', ${login ? lastInboundAt : 0}, 0, 0, '${login}');`;
}

/** A message that waits to be sent. */
export function releasedQueued(bot: string, userId: string, item: string): string {
  return `INSERT INTO outbox (bot, user_id, send_id, type, item, age_note, quota, window_ms, queued_at, expires_at)
    VALUES ('${bot}', '${userId}', 's', 'text', '${item}', '', 10, 1, 1, 9999999999999);`;
}
