import type { BotNames, Forgotten } from '../store';
import type { Access } from './access';
import type { SqliteLogins } from './logins';
import { deleteSetAside, overwriteAll } from './overwrite';
import { FEW, Walk } from './walk';

/**
 * What is kept of a bot, table by table and in the order in which it goes: first what would still be sent. A new table that knows
 * a bot gets a line here.
 */
const ROWS_OF_A_BOT: ReadonlyArray<readonly [table: string, key: string, rows: string]> = [
  ['outbox', 'id', 'SELECT id FROM outbox WHERE bot = ?'],
  ['sent_messages', 'number', 'SELECT number FROM sent_messages WHERE bot = ?'],
  ['seen', '(bot, key)', 'SELECT bot, key FROM seen WHERE bot = ?'],
  ['unreadable', 'number', 'SELECT number FROM unreadable WHERE bot = ?'],
  ['conversations', '(bot, user_id)', 'SELECT bot, user_id FROM conversations WHERE bot = ?'],
];

/** In what is set aside, these many people of a bot are looked for besides the bot. */
const MOST_PEOPLE = 1_000;

/**
 * Deletes what is kept of a bot in small steps, and overwrites where it lay in the files.
 *
 * @param listening the subscribers that listen through this process
 */
export async function forgetBot(
  access: Access,
  logins: SqliteLogins,
  path: string,
  names: BotNames,
  listening: ReadonlySet<string>,
): Promise<Forgotten> {
  const scope = await access.read(() => logins.scopeOf(names.bot));
  const people = await access.read(() => peopleOf(access, scope));
  const walk = new Walk(access);
  const gone: Record<string, number> = {};
  for (const [table, key, rows] of ROWS_OF_A_BOT) {
    const sql = `DELETE FROM ${table} WHERE ${key} IN (${rows} LIMIT ${FEW})`;
    gone[table] = await walk.deleteAll(() => access.database.run(sql, scope).changes);
  }
  // Of a send that was noted by an earlier version it is not known whose it was.
  await walk.deleteAmong('unfinished', 'send', "bot IN (?, '')", scope);
  const { messages, waiting } = await forgetMessages(access, walk, scope);
  await access.write(() => {
    forgetNames(access, names, scope, listening);
    logins.startAnew(names.bot);
  }, true);
  const overwritten = await overwriteAll(path);
  const wanted = [scope, names.bot, names.connection, ...(names.names ?? []), ...people];
  const files = await deleteSetAside(path, wanted);
  const { conversations = 0, outbox: queued = 0 } = gone;
  return { messages, waiting, conversations, queued, files, overwritten };
}

/** With what is found through them. @returns how many, and how many deliveries still waited */
async function forgetMessages(
  { database }: Access,
  walk: Walk,
  bot: string,
): Promise<{ messages: number; waiting: number }> {
  const few = `seq IN (SELECT seq FROM messages WHERE bot = ? ORDER BY seq LIMIT ${FEW})`;
  let waiting = 0;
  const messages = await walk.deleteAll(() => {
    for (const table of ['deliveries', 'unclaimed']) {
      waiting += database.run(`DELETE FROM ${table} WHERE ${few}`, bot).changes;
    }
    return database.run(`DELETE FROM messages WHERE ${few}`, bot).changes;
  });
  return { messages, waiting };
}

function peopleOf({ database }: Access, bot: string): string[] {
  const sql = `SELECT user_id AS userId FROM conversations WHERE bot = ? LIMIT ${MOST_PEOPLE}`;
  return database.all<{ userId: string }>(sql, bot).map(({ userId }) => userId);
}

/** The small tables. */
function forgetNames(
  access: Access,
  { bot, connection, names = [], now }: BotNames,
  scope: string,
  listening: ReadonlySet<string>,
): void {
  const { database } = access;
  database.run('DELETE FROM cursors WHERE connection IN (?, ?)', bot, connection);
  database.run('DELETE FROM pacing WHERE bot = ?', bot);
  // What became of its queued messages; see bot/send/queued-outcomes.ts.
  const ofBot = "DELETE FROM slips WHERE kind = 'left the queue' AND key >= ? AND key < ?";
  database.run(ofBot, `${bot} `, `${bot}!`);
  const holder = `SELECT owner FROM leases JOIN owners USING (owner)
    WHERE connection IN (?, ?) AND alive_until > ?`;
  const isPolled = database.get(holder, bot, connection, now) !== undefined;
  if (!isPolled) database.run('DELETE FROM leases WHERE connection IN (?, ?)', bot, connection);
  forgetSubscriptions(access, scope, (subscriber) => isPolled || listening.has(subscriber));
  for (const name of new Set([bot, scope, ...names])) {
    if (name) database.run('DELETE FROM slips WHERE key = ? OR instr(body, ?) > 0', name, name);
  }
}

/** Those of triggers that listen right now stay: they would go on and miss messages. A process that died leaves some, too. */
function forgetSubscriptions(
  { database }: Access,
  scope: string,
  mayListen: (subscriber: string) => boolean,
): void {
  const sql = 'SELECT subscriber, asleep_since AS asleepSince FROM subscriptions WHERE bot = ?';
  const rows = database.all<{ subscriber: string; asleepSince: number | null }>(sql, scope);
  for (const { subscriber, asleepSince } of rows) {
    if (asleepSince === null && mayListen(subscriber)) continue;
    database.run('DELETE FROM subscriptions WHERE subscriber = ?', subscriber);
    database.run('DELETE FROM held_back WHERE subscriber = ?', subscriber);
  }
}
