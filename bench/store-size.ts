import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { SqliteStore } from '../store/sqlite/sqlite-store';
import { withFolder } from './folder';
import { percentile, type Row } from './table';

/** Rows of the file: messages, and as many keys by which they are known again, ids for quotes, and conversations of one bot. */
const MESSAGES = 1_000_000;
const BOTS = 1_000;
const WAITING = 100_000;
const PRUNED = 50_000;
const CONVERSATIONS = 100_000;
const NOW = Date.now();
const DAY_MS = 86_400_000;
const LIMIT_MS = 20;
const BOT = 'login-0';

/** How long n8n's main thread is held up by a store of a million messages, beside the smallest thing that SQLite can do. */
export function storeSize(): Promise<Row[]> {
  return withFolder(async (folder) => {
    const path = join(folder, 'wechat.sqlite');
    await (await open(path)).close();
    fill(path);
    const rows: Row[] = [];
    const measure = async (what: string, action: () => Promise<unknown>): Promise<void> => {
      const startedAt = performance.now();
      const { workMs, wallMs } = await heldUp(action);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      process.stderr.write(
        `  ${what}: ${workMs.toFixed(1)}, ${wallMs.toFixed(1)} ms at a time, ${seconds} s in all\n`,
      );
      const row = { what: `a million messages: ${what}: most work at a time`, value: workMs, unit: 'ms' };
      rows.push({ ...row, limit: `under ${LIMIT_MS} ms`, ok: workMs < LIMIT_MS });
      rows.push({ what: '  with the disk and other programs', value: wallMs, unit: 'ms' });
    };
    let store!: SqliteStore;
    await measure('open, with the check of all of it', async () => {
      store = await open(path);
      await store.checked;
    });
    await measureUse(store, measure);
    const before = NOW - DAY_MS + PRUNED;
    await measure(`prune of ${PRUNED}`, () => store.prune({ before, messages: MESSAGES, waiting: WAITING }));
    await measure('Log Out of a bot', () => store.forget({ bot: BOT, connection: '', now: NOW }));
    await store.close();
    return [...bare(join(folder, 'bare.sqlite')), ...rows];
  });
}

async function measureUse(
  store: SqliteStore,
  measure: (what: string, action: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const each = async (action: (i: number) => Promise<unknown>): Promise<void> => {
    for (let i = 0; i < 200; i++) {
      await action(i);
      await new Promise(setImmediate);
    }
  };
  await measure('keep one message', () => each((i) => store.inbox.receive(batchOf(1, i))));
  await measure('keep a hundred at once', () => each((i) => store.inbox.receive(batchOf(100, i))));
  const many = batchOf(10_000, 1);
  await measure('keep ten thousand at once', () => store.inbox.receive(many));
  await measure('count a send', () =>
    each((i) => store.conversations.claim(BOT, `user-${i}`, { now: NOW, gapMs: 0 })),
  );
  await measure('probe before a poll', () => each(() => store.checkWritable(NOW)));
  await measure(`what waits, ${WAITING}`, () => store.inbox.pending('workflow', 0));
  await measure(`all conversations, ${CONVERSATIONS}`, () => store.conversations.list(BOT, CONVERSATIONS));
  await measure('the newest conversations', () => each(() => store.conversations.list(BOT, 50)));
  await measure('the queue, 10,000', () => store.outbox.list(BOT));
}

const open = (path: string): Promise<SqliteStore> =>
  SqliteStore.openInTurn({ path, now: Date.now, onSetAside: () => undefined }, ({ code }, error) => {
    throw new Error(code, { cause: error });
  });

interface HeldUp {
  /** The most processor time that the main thread took without letting anything else run. */
  workMs: number;
  /** The longest that took: also the disk's time, and that of other programs on this machine. */
  wallMs: number;
}

async function heldUp(action: () => Promise<unknown>): Promise<HeldUp> {
  const longest = { workMs: 0, wallMs: 0 };
  let running = true;
  let last = now();
  const tick = (): void => {
    const here = now();
    longest.workMs = Math.max(longest.workMs, here.workMs - last.workMs);
    longest.wallMs = Math.max(longest.wallMs, here.wallMs - last.wallMs);
    last = here;
    if (running) setImmediate(tick);
  };
  tick();
  await action();
  running = false;
  tick();
  return longest;
}

function now(): HeldUp {
  const { user, system } = process.threadCpuUsage();
  return { workMs: (user + system) / 1_000, wallMs: performance.now() };
}

function batchOf(count: number, round: number): Parameters<SqliteStore['inbox']['receive']>[0] {
  const messages = Array.from({ length: count }, (_, i) => {
    const id = `new-${count}-${round}-${i}`;
    const body = JSON.stringify({ message_id: id, item_list: [{ text: 'x'.repeat(200) }] });
    const keys = ['m', 'c'].map((kind) => ({ key: `${kind}:${id}`, windowMs: 1e12 }));
    return { body, userId: `user-${i % 50}`, contextToken: 'c'.repeat(120), ids: [id], keys };
  });
  const login = { bot: BOT, connection: BOT, login: BOT };
  return { ...login, receivedAt: NOW, sleepersSince: NOW, messages, cursor: `cursor ${round}` };
}

/** Straight into the tables, because a million polls take an hour. */
function fill(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN');
  const numbers = (to: number): string =>
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${to - 1})`;
  const spread = `'scope-' || (i % ${BOTS})`;
  const body = `'{"message_id":"' || i || '","item_list":[{"text":"' || hex(randomblob(100)) || '"}]}'`;
  const statements = [
    `${numbers(BOTS)} INSERT INTO logins (login, scope, proven) SELECT 'login-' || i, ${spread}, 1 FROM n`,
    `${numbers(MESSAGES)} INSERT INTO messages (bot, user_id, received_at, body)
      SELECT ${spread}, 'user-' || (i % 50), ${NOW - DAY_MS} + i, ${body} FROM n`,
    `${numbers(MESSAGES)} INSERT INTO seen (bot, key, seen_at) SELECT ${spread}, 'm:' || i, ${NOW - DAY_MS} + i FROM n`,
    `${numbers(MESSAGES)} INSERT INTO message_ids (bot, id, seq) SELECT ${spread}, i, i + 1 FROM n`,
    `INSERT INTO subscriptions (subscriber, bot) VALUES ('workflow', 'scope-0')`,
    // Of this bot more wait than it has a share of.
    `UPDATE messages SET bot = 'scope-0' WHERE seq <= ${WAITING}`,
    `${numbers(WAITING)} INSERT INTO deliveries (subscriber, seq) SELECT 'workflow', i + 1 FROM n`,
    `${numbers(CONVERSATIONS)} INSERT INTO conversations (bot, user_id, context_token, last_inbound_at)
      SELECT 'scope-0', 'user-' || i, 'c', i FROM n`,
    `${numbers(10_000)} INSERT INTO outbox (bot, user_id, send_id, type, item, age_note, quota, window_ms, queued_at, expires_at)
      SELECT 'scope-0', 'user-' || i, 's', 'text', '{"text":"' || hex(randomblob(100)) || '"}', '', 10, 1, 1, 1e15 FROM n`,
  ];
  for (const sql of statements) database.exec(sql);
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** One small row that is on the disk when the statement returns: nothing that is kept can take less. */
function bare(path: string): Row[] {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (x)');
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  const samples = Array.from({ length: 1_000 }, (_, i) => {
    const startedAt = performance.now();
    insert.run(i);
    return performance.now() - startedAt;
  });
  database.close();
  const what = 'bare SQLite: one row on the disk, with other programs';
  return [
    { what: `${what}, p50`, value: percentile(samples, 0.5), unit: 'ms' },
    { what: `${what}, longest of 1,000`, value: Math.max(...samples), unit: 'ms' },
  ];
}
