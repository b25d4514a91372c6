import { systemClock } from '../../../ilink/clock';
import type { PostgresDatabase } from '../../../store/postgres/database';
import { PostgresStore } from '../../../store/postgres/postgres-store';
import { LATER } from '../../../store/postgres/sql';
import type { Proof, StatusEvent, Store, UnreadablePiece } from '../../../store/store';
import { PostgresWire, type Cut } from '../../support/postgres-wire';
import { toQueue } from '../../support/queued';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../support/received';
import { PostgresSchema } from './postgres-schema';
import { until } from './store-under-test';

const USER = 'u@im.wechat';
const DRAFT = toQueue();
const EVENT: StatusEvent = { userId: USER, body: '{}', at: NOW };
const PIECE: UnreadablePiece = { digest: 'd', reason: 'r', body: Buffer.from('x'), size: 1 };
const PROOF: Proof = { bot: 'bot', realm: 'https://ilink', userId: USER, speaksFor: () => false };
const SPACING = { now: NOW, gapMs: 0 };
const CLAIM = { connection: 'bot', owner: 'p1', now: NOW, longestLifeMs: 12_000 };

const schema = new PostgresSchema();
let wire: PostgresWire;
let store: Store;
/** On a way that nobody cuts. */
let other: Store;

beforeAll(() => schema.start());
beforeEach(async () => {
  wire = await PostgresWire.to(schema.url);
  other = await schema.open();
  store = await schema.connect(wire.url);
});
afterEach(async () => {
  await store.close();
  await wire.close();
  await schema.empty();
});
afterAll(() => schema.stop());

const pending = async (): Promise<number> => (await other.inbox.pending('w', 0)).length;
const count = async (table: string): Promise<number> => {
  const [row] = await schema.query<{ n: string }>(`SELECT count(*) AS n FROM wechat_ilink.${table}`);
  return Number(row!.n);
};

/** What is done, what it says, what is there afterwards. */
type Case = [
  what: string,
  act: () => Promise<unknown>,
  says: unknown,
  after: () => Promise<unknown>,
  is: unknown,
];
let queued: number[] = [];
const TRANSACTIONS: Case[] = [
  [
    'keeping what came',
    async () => (await store.inbox.receive(batch([message('1'), message('2')], { cursor: 'c' }))).length,
    2,
    async () => [await pending(), await other.inbox.cursor('connection')],
    [2, 'c'],
  ],
  [
    'queueing',
    async () => (await store.outbox.add([DRAFT, DRAFT]))?.length,
    2,
    () => other.outbox.count('bot'),
    3,
  ],
  [
    'marking what goes out',
    () => store.outbox.assignClientId(queued, 'c'),
    true,
    () => other.outbox.count('bot'),
    1,
  ],
  [
    'taking out what went out, and telling of it',
    () => store.outbox.remove('bot', queued, EVENT).then((ids) => ids.length),
    1,
    async () => [await other.outbox.count('bot'), await pending()],
    [0, 1],
  ],
  [
    'counting a message before it goes out',
    async () => (await store.conversations.claim('bot', 'new', SPACING)).granted,
    true,
    async () => (await other.conversations.get('bot', 'new'))?.sentSince,
    1,
  ],
  [
    'writing a document',
    () => store.documents.write('k', { key: 'x', body: 'b', expiresAt: NOW + 1 }, undefined, NOW),
    true,
    () => other.documents.read('k', 'x', NOW),
    'b',
  ],
  [
    'taking a lease',
    async () => (await store.leases.acquire(CLAIM, () => false)) !== undefined,
    true,
    () => count('leases'),
    1,
  ],
  ['taking on a job', () => store.jobs.claim('prune', NOW, 1_000), true, () => count('chores'), 1],
  ['keeping what could not be read', () => store.unreadable.keep('bot', [PIECE], EVENT), 1, pending, 1],
  [
    'noting how far a send came',
    () => store.unfinished.note('s', { execution: '1', content: 'c', isOpen: true, state: '{}', at: NOW }),
    undefined,
    () => count('unfinished'),
    1,
  ],
  [
    'proving whose bot it is',
    () => store.logins.prove(PROOF),
    false,
    () => other.logins.provenUser('bot'),
    USER,
  ],
  ['subscribing', () => store.inbox.subscribe('w2', 'bot'), undefined, () => count('subscriptions'), 2],
];
const STATEMENTS: Case[] = [
  ['reading', () => store.outbox.count('bot'), 1, () => other.outbox.count('bot'), 1],
  ['forgetting a delivery', () => store.inbox.handedOver('w', 1), undefined, pending, 0],
  [
    'a heartbeat',
    () => store.leases.heartbeat('p1', { now: NOW, lifeMs: 1 }),
    undefined,
    () => count('owners'),
    1,
  ],
  ['learning a fact', () => store.facts.learn('f'), undefined, () => other.facts.knows('f'), true],
];

describe('A connection that breaks', () => {
  beforeEach(async () => {
    await other.inbox.subscribe('w', 'bot');
    queued = (await other.outbox.add([DRAFT]))!;
  });

  describe.each<Cut>(['before the commit', 'after the commit', 'before the statement'])('%s', (cut) => {
    test.each(TRANSACTIONS)('does not disturb %s: it is done once', async (_what, act, says, after, is) => {
      wire.cutNext(cut);
      expect(await act()).toEqual(says);
      expect(wire.isWaitingToCut).toBe(false);
      expect(await after()).toEqual(is);
    });
  });

  describe.each<Cut>(['before the statement', 'after the statement'])('%s', (cut) => {
    test.each(STATEMENTS)('does not disturb %s', async (_what, act, says, after, is) => {
      wire.cutNext(cut);
      expect(await act()).toEqual(says);
      expect(wire.isWaitingToCut).toBe(false);
      expect(await after()).toEqual(is);
    });
  });

  test('after a delivery was claimed counts the start once', async () => {
    await store.inbox.subscribe('w', 'bot');
    const [kept] = await store.inbox.receive(batch([message('1')]));
    const claim = { subscriber: 'w', seq: kept!.seq, owner: 'p', attempts: 0, nextAt: 0, now: NOW };
    wire.cutNext('after the statement');
    const claimed = await store.inbox.claim({ ...claim, countsStart: true, longestLifeMs: 1 }, () => false);
    expect(claimed.state).toBe('claimed');
    expect(await store.inbox.pending('w', 0)).toMatchObject([{ attempts: 1 }]);
  });

  test('again and again loses nothing that was said to be kept, and keeps nothing twice', async () => {
    const cuts: Array<Cut | undefined> = [
      'before the statement',
      'after the statement',
      'before the commit',
      'after the commit',
      undefined,
    ];
    const said: string[] = [];
    for (let n = 0; n < 40; n++) {
      const cut = cuts[n % cuts.length];
      if (cut) wire.cutNext(cut);
      for (const { body } of await store.inbox.receive(batch([message(String(n))]))) said.push(body);
    }
    expect(said).toEqual(Array.from({ length: 40 }, (_, n) => JSON.stringify({ id: String(n) })));
    expect(await pending()).toBe(40);
  });

  test('while it listens is noticed: what was written meanwhile is news', async () => {
    const before = await store.version();
    wire.cutAll();
    await other.inbox.receive(batch([message('1')]));
    const until = performance.now() + 10_000;
    while ((await store.version()) === before && performance.now() < until)
      await new Promise((resolve) => setImmediate(resolve));
    expect(await store.version()).not.toBe(before);
  });
});

describe('How often somebody waits for the database', () => {
  const roundTrips = async (act: () => Promise<unknown>): Promise<number> => {
    const before = wire.roundTrips;
    await act();
    return wire.roundTrips - before;
  };
  const hundred = (from: number) =>
    Array.from({ length: 100 }, (_, n) => message(`${from} ${n}`, { ids: [`${n}`] }));

  const delivery = (seq: number) => ({
    subscriber: 'w',
    seq,
    owner: 'p',
    attempts: 0,
    nextAt: 0,
    countsStart: true,
    now: NOW,
    longestLifeMs: 1_000,
  });

  test('is twice for a reply of a hundred messages, and once for most of what a message needs', async () => {
    await store.inbox.subscribe('w', 'bot');
    const [kept] = await store.inbox.receive(batch([message('first')]));
    const terms = { hasToken: true, login: 'login', quota: 10, openSince: NOW - 1 };
    expect({
      reply: await roundTrips(() => store.inbox.receive(batch(hundred(1), { cursor: 'c' }))),
      claim: await roundTrips(() => store.conversations.claim('bot', USER, SPACING, terms)),
      delivery: await roundTrips(() => store.inbox.claim(delivery(kept!.seq), () => false)),
      handedOver: await roundTrips(() => store.inbox.handedOver('w', kept!.seq)),
      queue: await roundTrips(() => store.outbox.add([DRAFT, DRAFT], 100)),
      lease: await roundTrips(() => store.leases.heartbeat('p', { now: NOW, lifeMs: 1 })),
      idle: await roundTrips(() => store.version()),
    }).toEqual({ reply: 2, claim: 1, delivery: 1, handedOver: 1, queue: 2, lease: 1, idle: 0 });
  });
});

describe('How far a commit goes', () => {
  const setting = 'SELECT current_setting($1) AS commit';
  const database = (): PostgresDatabase => (store as unknown as { database: PostgresDatabase }).database;
  const within = async (durable: boolean): Promise<unknown> =>
    database().transaction((sql) => sql.get(setting, 'synchronous_commit'), { durable });

  test('is to the disk for what has to last, and no further than the server for the rest; nothing of it stays', async () => {
    expect(await within(true)).toEqual({ commit: 'on' });
    expect(await within(false)).toEqual({ commit: 'off' });
    const later = `SELECT current_setting($1) AS commit WHERE ${LATER}`;
    expect(await database().get(later, 'synchronous_commit')).toEqual({ commit: 'off' });
    for (const name of ['synchronous_commit', 'lock_timeout', 'search_path'])
      expect(await database().get(setting, name)).toEqual(
        (await schema.query<{ commit: string }>('SELECT current_setting($1) AS commit', name))[0],
      );
  });
});

describe('A database that is not to be had', () => {
  /** A clock that runs so fast that nobody has to wait. */
  const fast = {
    now: () => NOW,
    elapsed: () => performance.now() * 20,
    after: (ms: number, callback: () => void, isBackground?: boolean) =>
      systemClock.after(ms / 20, callback, isBackground),
  };
  const open = (url: string): Promise<PostgresStore> =>
    PostgresStore.open({ settings: { url }, schema: schema.name, time: fast });
  const failureOf = async (action: Promise<unknown>): Promise<Record<string, unknown>> =>
    action.then(
      () => ({}),
      (error: Error) => ({
        ...error,
        message: error.message,
        all: JSON.stringify(error) + String(error.stack),
      }),
    );

  test('is said to be unreachable after some tries, without its password', async () => {
    const told = await failureOf(open('postgres://user:a-secret@127.0.0.1:1/wechat'));
    expect(told).toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(JSON.stringify(told)).not.toContain('a-secret');
  });

  test('is said to be none of ours when its address makes no sense, without its password', async () => {
    const told = await failureOf(open('postgres://user:a-secret@127.0.0.1:99999999/wechat'));
    expect(JSON.stringify(told)).not.toContain('a-secret');
    expect(told.code).toEqual(expect.any(String));
  });

  test('is refused when a newer version has made its tables, and left as it is', async () => {
    await schema.query('UPDATE wechat_ilink.migrations SET steps = steps + 1');
    expect(await failureOf(open(schema.url))).toMatchObject({ code: 'STORE_NEWER', isDatabase: true });
    await schema.query('UPDATE wechat_ilink.migrations SET steps = steps - 1');
  });

  test('is said to take no changes when it does not', async () => {
    const url = new URL(wire.url);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    const readOnly = await open(String(url));
    expect(await failureOf(readOnly.checkWritable(NOW))).toMatchObject({ code: 'STORE_READ_ONLY' });
    await readOnly.close();
  });

  test('is opened by several processes at once, of which one makes the tables', async () => {
    await schema.query('DROP SCHEMA IF EXISTS wechat_ilink_together CASCADE');
    const stores = await Promise.all(
      [1, 2, 3].map(() =>
        PostgresStore.open({ settings: { url: schema.url }, schema: 'wechat_ilink_together', time: fast }),
      ),
    );
    await stores[0]!.facts.learn('f');
    expect(await stores[2]!.facts.knows('f')).toBe(true);
    await Promise.all(stores.map((one) => one.close()));
    await schema.query('DROP SCHEMA wechat_ilink_together CASCADE');
  });

  test('tells of news also when nobody notified: who wrote died before it could', async () => {
    const slow = await open(schema.url);
    const before = await slow.version();
    await schema.query("SELECT nextval('wechat_ilink.changes')");
    await until(async () => (await slow.version()) !== before);
    const after = await slow.version();
    for (let n = 0; n < 100; n++) await new Promise((resolve) => setImmediate(resolve));
    expect(await slow.version()).toBe(after);
    await slow.close();
  });

  test('says that its tables are gone when somebody dropped them', async () => {
    await schema.query('DROP TABLE wechat_ilink.facts');
    expect(await failureOf(store.facts.learn('f'))).toMatchObject({ code: 'STORE_TABLES_GONE' });
    await schema.query('CREATE TABLE wechat_ilink.facts (fact TEXT PRIMARY KEY)');
  });
});
