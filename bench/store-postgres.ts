import { join } from 'node:path';

import { systemClock } from '../ilink/clock';
import { PostgresStore } from '../store/postgres/postgres-store';
import { SqliteStore } from '../store/sqlite/sqlite-store';
import type { ReceivedMessage, Store } from '../store/store';
import { startPostgres } from '../test/support/postgres';
import { withFolder } from './folder';
import { percentile, type Row } from './table';

const ROUNDS = 300;
const REPLY = 100;
/** So many senders at a time, on a bot each. */
const AT_ONCE = 20;
const MOST_TIMES = 2;
const LEAST_PER_SECOND = 500;
const NOW = Date.now();
const TERMS = { hasToken: true, login: 'login', quota: 1e9, openSince: 0 };

/** What a message costs, with SQLite and with a PostgreSQL server on this machine that writes through to the disk, by turns. */
export function storePostgres(): Promise<Row[]> {
  return withFolder(async (folder) => {
    const server = await startPostgres({ durable: true });
    const time = { ...systemClock, elapsed: () => performance.now() };
    const sqlite = SqliteStore.open(join(folder, 'wechat.sqlite'), NOW, () => undefined);
    const postgres = await PostgresStore.open({
      settings: { url: server.url },
      schema: 'wechat_ilink_bench',
      time,
    });
    try {
      return [
        ...(await compare('one message kept, handed over', { sqlite, postgres }, receiveOne)),
        ...(await compare('a send: claimed, remembered', { sqlite, postgres }, sendOne)),
        ...(await compare(`a reply of ${REPLY} kept`, { sqlite, postgres }, receiveMany, ROUNDS / 10)),
        await perSecond(postgres),
      ];
    } finally {
      await Promise.all([sqlite.close(), postgres.close()]);
      await server.stop();
    }
  });
}

type Action = (store: Store, n: number) => Promise<unknown>;

async function compare(
  what: string,
  stores: { sqlite: Store; postgres: Store },
  action: Action,
  rounds = ROUNDS,
): Promise<Row[]> {
  const times = { sqlite: [] as number[], postgres: [] as number[] };
  for (const store of Object.values(stores)) await store.inbox.subscribe('w', 'bot');
  for (let n = 0; n < rounds; n++) {
    for (const name of ['sqlite', 'postgres'] as const) {
      const startedAt = performance.now();
      await action(stores[name], n);
      times[name].push(performance.now() - startedAt);
    }
  }
  const warm = (name: 'sqlite' | 'postgres', share: number): number =>
    percentile(times[name].slice(10), share);
  const ratio = warm('postgres', 0.5) / warm('sqlite', 0.5);
  return [
    { what: `${what}: SQLite, p50`, value: warm('sqlite', 0.5), unit: 'ms' },
    { what: `${what}: PostgreSQL, p50`, value: warm('postgres', 0.5), unit: 'ms' },
    { what: `${what}: PostgreSQL, p99`, value: warm('postgres', 0.99), unit: 'ms' },
    {
      what: `${what}: PostgreSQL to SQLite`,
      value: ratio,
      unit: '×',
      limit: `≤ ${MOST_TIMES} ×`,
      ok: ratio <= MOST_TIMES,
    },
  ];
}

async function receiveOne(store: Store, n: number): Promise<void> {
  const [kept] = await store.inbox.receive(batchOf('bot', [messageOf(`one ${n}`)]));
  await store.inbox.handedOver('w', kept!.seq);
}

function receiveMany(store: Store, n: number): Promise<unknown> {
  return store.inbox.receive(
    batchOf(
      'bot',
      Array.from({ length: REPLY }, (_, at) => messageOf(`many ${n} ${at}`)),
    ),
  );
}

async function sendOne(store: Store, n: number): Promise<void> {
  const claim = await store.conversations.claim('bot', 'user@im.wechat', { now: NOW, gapMs: 0 }, TERMS);
  await store.conversations.settle('bot', 'user@im.wechat', claim, { now: NOW, gapMs: 0, isTaken: true });
  await store.recent.remember('bot', [
    { id: `sent ${n}`, userId: 'user@im.wechat', sentAt: NOW, body: '{}' },
  ]);
}

/** Messages that are kept each by itself, of many bots at a time. */
async function perSecond(store: Store): Promise<Row> {
  const startedAt = performance.now();
  const keepSome = async (bot: string): Promise<void> => {
    for (let n = 0; n < ROUNDS / 4; n++) await store.inbox.receive(batchOf(bot, [messageOf(`${bot} ${n}`)]));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, bot) => keepSome(`bot ${bot}`)));
  const value = (AT_ONCE * (ROUNDS / 4) * 1_000) / (performance.now() - startedAt);
  return {
    what: `kept one by one, ${AT_ONCE} bots at a time: PostgreSQL`,
    value,
    unit: 'messages a second',
    limit: `≥ ${LEAST_PER_SECOND}`,
    ok: value >= LEAST_PER_SECOND,
  };
}

function batchOf(bot: string, messages: ReceivedMessage[]): Parameters<Store['inbox']['receive']>[0] {
  return {
    bot,
    connection: bot,
    login: 'login',
    receivedAt: NOW,
    sleepersSince: 0,
    messages,
    cursor: 'cursor',
  };
}

function messageOf(id: string): ReceivedMessage {
  return {
    body: JSON.stringify({ message_id: id, item_list: [{ type: 1, text_item: { text: `message ${id}` } }] }),
    userId: 'user@im.wechat',
    contextToken: 'a context token of the usual length, which is about a hundred and twenty characters',
    ids: [id],
    keys: [{ key: `m:${id}`, windowMs: 1e9 }],
  };
}
