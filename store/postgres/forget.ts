import type { BotNames, Forgotten, Pruned } from '../store';
import type { PostgresDatabase } from './database';
import type { Transaction } from './sql';
import { deleteMessages, FEW } from './prune';
import { SCOPE, startAnew } from './scopes';

/**
 * What is kept of a bot, table by table and in the order in which it goes: first what would still be sent. A new table that knows
 * a bot gets a line here.
 */
const ROWS_OF_A_BOT: ReadonlyArray<readonly [table: string, key: string]> = [
  ['outbox', 'id'],
  ['sent_messages', 'number'],
  ['seen', 'bot, key'],
  ['unreadable', 'number'],
  ['conversations', 'bot, user_id'],
  ['unfinished', 'send'],
];

/**
 * Deletes what is kept of a bot in small steps. PostgreSQL overwrites what was deleted when it needs the room, and its log and
 * back-ups keep it for a time: so nobody can say that nothing is left.
 *
 * @param listening the subscribers that listen through this process
 */
export async function forgetBot(
  database: PostgresDatabase,
  names: BotNames,
  listening: ReadonlySet<string>,
): Promise<Forgotten> {
  const found = await database.get<{ scope: string | null }>(`SELECT ${SCOPE} AS scope`, names.bot);
  const scope = found?.scope ?? '';
  const gone: Record<string, number> = {};
  for (const [table, key] of ROWS_OF_A_BOT) {
    // Of some sends it is not known whose they were.
    const bots = table === 'unfinished' ? "bot IN ($1, '')" : 'bot = $1';
    const sql = `DELETE FROM wechat_ilink.${table} WHERE (${key}) IN (
      SELECT ${key} FROM wechat_ilink.${table} WHERE ${bots} LIMIT ${FEW})`;
    for (let some = 1; some > 0; gone[table] = (gone[table] ?? 0) + some)
      some = await database.run(sql, scope);
  }
  const { messages, waiting } = await forgetMessages(database, scope);
  await database.transaction(
    async (sql) => {
      await forgetNames(sql, names, scope, listening);
      await startAnew(sql, names.bot, scope);
      sql.announce();
    },
    { durable: true, alone: true },
  );
  const { conversations = 0, outbox: queued = 0 } = gone;
  return { messages, waiting, conversations, queued, files: 0, overwritten: false };
}

/** With what is found through them. @returns how many, and how many deliveries still waited */
async function forgetMessages(database: PostgresDatabase, scope: string): Promise<Pruned> {
  const all: Pruned = { messages: 0, waiting: 0 };
  const sql = deleteMessages(
    `SELECT seq FROM wechat_ilink.messages WHERE bot = $1 ORDER BY seq LIMIT ${FEW}`,
  );
  for (;;) {
    const gone = await database.get<Pruned>(sql, scope);
    if (!gone || gone.messages === 0) return all;
    all.messages += gone.messages;
    all.waiting += gone.waiting;
  }
}

/** The small tables. */
async function forgetNames(
  sql: Transaction,
  { bot, connection, names = [] }: BotNames,
  scope: string,
  listening: ReadonlySet<string>,
): Promise<void> {
  const connections = [bot, connection];
  const holder = `SELECT 1 FROM wechat_ilink.leases JOIN wechat_ilink.owners USING (owner)
    WHERE connection = ANY ($1) AND alive_until > clock_timestamp()`;
  const isPolled = (await sql.get(holder, connections)) !== undefined;
  if (!isPolled) sql.write('DELETE FROM wechat_ilink.leases WHERE connection = ANY ($1)', connections);
  sql.write('DELETE FROM wechat_ilink.cursors WHERE connection = ANY ($1)', connections);
  sql.write('DELETE FROM wechat_ilink.pacing WHERE bot = $1', bot);
  // What became of its queued messages.
  sql.write(
    "DELETE FROM wechat_ilink.slips WHERE kind = 'left the queue' AND starts_with(key, $1)",
    `${bot} `,
  );
  for (const name of new Set([bot, scope, ...names])) {
    if (name) sql.write('DELETE FROM wechat_ilink.slips WHERE key = $1 OR strpos(body, $1) > 0', name);
  }
  await forgetSubscriptions(sql, scope, (subscriber) => isPolled || listening.has(subscriber));
}

/** Those of triggers that listen right now stay: they would go on and miss messages. A process that died leaves some, too. */
async function forgetSubscriptions(
  sql: Transaction,
  scope: string,
  mayListen: (subscriber: string) => boolean,
): Promise<void> {
  const all = `SELECT subscriber, asleep_since IS NULL AS "isAwake" FROM wechat_ilink.subscriptions WHERE bot = $1`;
  const rows = await sql.all<{ subscriber: string; isAwake: boolean }>(all, scope);
  const gone = rows.filter(({ subscriber, isAwake }) => !isAwake || !mayListen(subscriber));
  for (const table of ['subscriptions', 'held_back']) {
    const sqlOf = `DELETE FROM wechat_ilink.${table} WHERE subscriber = ANY ($1)`;
    sql.write(
      sqlOf,
      gone.map(({ subscriber }) => subscriber),
    );
  }
}
