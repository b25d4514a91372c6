import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { Database } from '../../../../store/sqlite/database';
import { openInTurn } from '../../../../store/sqlite/open';
import { APPLICATION_ID, columnsOfTables, MIGRATIONS, missingIn } from '../../../../store/sqlite/schema';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../../support/received';
import {
  releasedConversation,
  releasedMessage,
  releasedQueued,
  releasedStore,
} from '../../../support/released-store';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('The schema', () => {
  let path: string;
  const fail = (): never => {
    throw new Error('nothing was to be set aside');
  };
  const open = (): SqliteStore => SqliteStore.open(path, NOW, fail);

  beforeEach(() => {
    path = join(tempFolder(), 'wechat.sqlite');
  });
  afterAll(removeTempFolders);

  /** Everything that writes. */
  async function useAll(store: SqliteStore): Promise<void> {
    await store.inbox.subscribe('w', 'bot');
    await store.inbox.receive(
      batch([message('1', { contextToken: 't', ids: ['1'] })], { cursor: 'c', keepForLater: true }),
    );
    await store.inbox.receive(batch([message('2')], { bot: 'unheard', keepForLater: true }));
    const claim = await store.conversations.claim('bot', 'new user', { now: NOW, gapMs: 500 });
    const throttle = { until: NOW + 1, gapMs: 1_000 };
    await store.conversations.settle('bot', 'new user', claim, {
      now: NOW,
      gapMs: 500,
      isBack: true,
      throttle,
    });
    await store.outbox.setReason('bot', 'u', 'throttled');
    await store.unfinished.findBrokenOff('c');
    const { seq } = (await store.inbox.pending('w', 0))[0]!;
    await store.inbox.claim(
      {
        subscriber: 'w',
        seq,
        owner: 'o',
        attempts: 0,
        nextAt: 0,
        countsStart: true,
        now: NOW,
        longestLifeMs: 1,
      },
      () => false,
    );
    await store.inbox.attempted('w', seq, 1, 1);
    await store.inbox.handedOver('w', seq);
    await store.inbox.unsubscribe('w', NOW);
    await store.recent.remember('bot', [{ id: 's', userId: 'u', sentAt: NOW, body: '{}' }]);
    await store.facts.learn('fact');
    await store.unfinished.note('send', {
      execution: '1',
      content: 'c',
      isOpen: true,
      state: '{}',
      at: NOW,
      bot: 'bot',
    });
    await store.documents.write('k', { key: 'x', body: 'b', expiresAt: NOW + 1 }, undefined, NOW);
    await store.leases.heartbeat('owner', { now: NOW, lifeMs: 0 });
    await store.leases.acquire({ connection: 'c', owner: 'owner', now: NOW, longestLifeMs: 1 }, () => false);
    await store.checkWritable(NOW);
    await store.jobs.claim('chore', NOW, 1);
    await store.prune({ before: 0, messages: 10, waiting: 10 });
    await store.forget({ bot: 'bot', connection: 'c', now: NOW });
  }

  it('of a version after this one may have more columns: a process with this version, which began before, goes on', async () => {
    const store = open();
    const newer = new DatabaseSync(path);
    for (const table of columnsOfTables().keys()) {
      newer.exec(`ALTER TABLE ${table} ADD COLUMN of_a_newer_version TEXT NOT NULL DEFAULT ''`);
    }
    newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    newer.close();
    await useAll(store);
    await store.close();
  });

  it('is brought up to date with everything that version 0.1 had left', async () => {
    const rows = [
      releasedMessage('bot', 1, 'u'),
      releasedConversation('bot', 'u', 'login'),
      releasedQueued('bot', 'u', '{}'),
    ];
    releasedStore(
      path,
      ...rows,
      "INSERT INTO unclaimed VALUES (1, 'bot')",
      "INSERT INTO unfinished VALUES ('s', '1', '{}', 1)",
    );
    const store = open();
    expect(await store.inbox.pending('w', 0)).toHaveLength(1);
    expect(await store.unfinished.find('s')).toMatchObject({ execution: '1', isOpen: true, content: '' });
    await useAll(store);
    await store.close();
  });

  it('of the version before is brought up to date: what waits is claimed by nobody', async () => {
    const before = new DatabaseSync(path);
    for (const step of MIGRATIONS.slice(0, 8)) before.exec(step);
    before.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 8;
      INSERT INTO messages (bot, user_id, received_at, body) VALUES ('bot', 'u', 1, '{}');
      INSERT INTO subscriptions VALUES ('w', 'bot', NULL);
      INSERT INTO deliveries (subscriber, seq, attempts, next_at) VALUES ('w', 1, 2, 3);
      INSERT INTO logins (login, scope) VALUES ('bot', 'bot');
      INSERT INTO owners VALUES ('o', ${NOW})`);
    before.close();
    const store = open();
    const claim = { subscriber: 'w', seq: 1, owner: 'me', attempts: 2, nextAt: 3, countsStart: false };
    expect(await store.inbox.pending('w', 0)).toEqual([{ seq: 1, userId: 'u', attempts: 2, nextAt: 3 }]);
    expect(await store.inbox.claim({ ...claim, now: NOW, longestLifeMs: 1 }, () => false)).toMatchObject({
      state: 'claimed',
    });
    await useAll(store);
    await store.close();
  });

  it('of the version before is brought up to date: sends that broke off stay, without the indexes that every send paid for', async () => {
    const before = new DatabaseSync(path);
    for (const step of MIGRATIONS.slice(0, 10)) before.exec(step);
    before.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 10;
      INSERT INTO unfinished (send, execution, content, is_open, state, at, bot) VALUES ('s', '1', 'c', 1, '{}', ${NOW}, 'bot')`);
    before.close();
    const store = open();
    expect(await store.unfinished.find('s')).toMatchObject({ execution: '1', isOpen: true });
    expect(await store.unfinished.findBrokenOff('c')).toMatchObject({ execution: '1' });
    await useAll(store);
    await store.close();
    const after = new DatabaseSync(path);
    const indexes =
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'unfinished' AND sql <> ''";
    expect(
      after
        .prepare(indexes)
        .all()
        .map(({ name }) => name),
    ).toEqual([]);
    after.close();
  });

  it('is brought up to date on another thread when the file is large', async () => {
    const bodies =
      `INSERT INTO messages SELECT value, 'bot', 'u', 1, '{"message_id":"' || value || '","x":"' || hex(randomblob(500)) || '"}', 'message'
      FROM generate_series(1, 5000)`.replace(
        'generate_series(1, 5000)',
        '(WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 5000) SELECT value FROM n)',
      );
    releasedStore(path, bodies, "INSERT INTO seen SELECT 'bot', seq, 1 FROM messages");
    const exec = jest.spyOn(Database.prototype, 'exec');
    const database = await openInTurn({ path, now: () => NOW, onSetAside: fail });
    expect(exec.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('CREATE'))).toEqual([]);
    exec.mockRestore();
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length });
    expect(database.get('SELECT count(*) AS n FROM messages')).toEqual({ n: 5_000 });
    expect(missingIn(database)).toBe(false);
    database.close();
  });

  it('knows when a table or a column is missing', () => {
    const database = new Database(new DatabaseSync(':memory:'));
    for (const step of MIGRATIONS) database.exec(step);
    expect(missingIn(database)).toBe(false);
    database.exec('ALTER TABLE messages RENAME COLUMN body TO other');
    expect(missingIn(database)).toBe(true);
    database.exec('ALTER TABLE messages RENAME COLUMN other TO body; DROP TABLE chores');
    expect(missingIn(database)).toBe(true);
    database.close();
  });

  it.each([
    [
      'the newest conversations',
      "SELECT * FROM conversations WHERE bot = 'b' AND (last_inbound_at, user_id) < (9, '') ORDER BY last_inbound_at DESC, user_id DESC LIMIT 9",
      'conversations_by_time',
    ],
    [
      'the oldest keys of a bot',
      "SELECT key FROM seen WHERE bot = 'b' AND seen_at < 9 ORDER BY seen_at LIMIT 9",
      'seen_by_bot',
    ],
    [
      'what nobody took',
      "SELECT seq FROM unclaimed WHERE bot = 'b' ORDER BY seq LIMIT 9",
      'unclaimed_by_bot',
    ],
  ])('finds %s by an index, without sorting', (_what, sql, index) => {
    const database = new Database(new DatabaseSync(':memory:'));
    for (const step of MIGRATIONS) database.exec(step);
    const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail);
    expect(plan).toEqual([expect.stringContaining(index)]);
    database.close();
  });
});
