import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { Database } from '../../../../store/sqlite/database';
import { MIGRATIONS } from '../../../../store/sqlite/schema';
import { RECENT_MIGRATION } from '../../../../store/sqlite/migrations/recent';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import type { SentMessage } from '../../../../store/store';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const NOW = 1_764_000_000_000;
const USER = 'u@im.wechat';

describe('What was said lately', () => {
  let store: SqliteStore;
  beforeEach(() => {
    const path = join(tempFolder(), 'wechat.sqlite');
    store = SqliteStore.open(path, NOW, () => expect(true).toBe(false));
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const receive = (body: string, ids: string[], receivedAt = NOW, userId = USER) =>
    store.inbox.receive({
      bot: 'bot',
      connection: 'connection',
      receivedAt,
      login: 'login',
      sleepersSince: NOW,
      messages: [{ body, userId, ids, keys: [{ key: body, windowMs: 1e12 }] }],
    });
  const sent = (id: string, more: Partial<SentMessage> = {}): Promise<void> =>
    store.recent.remember('bot', [{ id, userId: USER, sentAt: NOW, body: `sent ${id}`, ...more }]);
  const find = (id: string, userId = USER, bot = 'bot') => store.recent.find(bot, userId, id);

  it('is found by the id of the message and by those of its items', async () => {
    await receive('one', ['1', '11', '12']);
    for (const id of ['1', '11', '12'])
      expect(await find(id)).toEqual({ direction: 'in', at: NOW, body: 'one' });
    expect(await find('13')).toBeUndefined();
  });

  it('is found in both directions', async () => {
    await receive('one', ['1']);
    await sent('2', { sentAt: NOW + 5 });
    expect(await find('1')).toMatchObject({ direction: 'in' });
    expect(await find('2')).toEqual({ direction: 'out', at: NOW + 5, body: 'sent 2' });
  });

  it('stays within its conversation and its bot', async () => {
    await receive('one', ['1']);
    await sent('2');
    for (const id of ['1', '2']) {
      expect(await find(id, 'other@im.wechat')).toBeUndefined();
      expect(await find(id, USER, 'other bot')).toBeUndefined();
    }
  });

  it('stays the first message when an id comes twice', async () => {
    await receive('one', ['1']);
    await receive('another', ['1', '2']);
    await sent('3', { body: 'first' });
    await sent('3', { body: 'second' });
    expect(await find('1')).toMatchObject({ body: 'one' });
    expect(await find('2')).toMatchObject({ body: 'another' });
    expect(await find('3')).toMatchObject({ body: 'first' });
  });

  it('does not hold up a message that brings no ids', async () => {
    await receive('one', []);
    await store.inbox.receive({
      bot: 'bot',
      connection: 'connection',
      receivedAt: NOW,
      login: 'login',
      sleepersSince: NOW,
      messages: [{ body: 'two', userId: USER, keys: [] }],
    });
    expect(await store.inbox.newestSeq('bot')).toBe(2);
  });

  it('is bounded by age in both directions', async () => {
    await receive('old', ['1'], NOW - 10);
    await sent('2', { sentAt: NOW - 10 });
    await receive('new', ['3']);
    await sent('4');
    await store.prune({ before: NOW - 5, messages: 100, waiting: 100 });
    expect(await Promise.all(['1', '2', '3', '4'].map(async (id) => (await find(id))?.body))).toEqual([
      undefined,
      undefined,
      'new',
      'sent 4',
    ]);
  });

  it('is bounded by number, for each bot', async () => {
    for (let i = 0; i < 5; i++) {
      await receive(`in ${i}`, [`i${i}`]);
      await sent(`o${i}`);
    }
    await store.recent.remember('other', [{ id: 'x', userId: USER, sentAt: NOW, body: 'x' }]);
    await store.prune({ before: 0, messages: 2, waiting: 100 });
    expect(await find('i2')).toBeUndefined();
    expect(await find('o2')).toBeUndefined();
    for (const id of ['i3', 'i4', 'o3', 'o4']) expect(await find(id)).toBeDefined();
    expect(await find('x', USER, 'other')).toBeDefined();
  });
});

describe('The step that adds it to a store of before', () => {
  const BODIES = [
    JSON.stringify({
      message_id: '18446744073709551615',
      item_list: [{ msg_id: '7' }, { type: 1 }, { msg_id: '8' }],
    }),
    JSON.stringify({ item_list: { type: 1, msg_id: '9' } }),
    JSON.stringify({ message_id: null, item_list: [null, 5, 'text', '{"msg_id":"no"}', ['x']] }),
    JSON.stringify({ message_id: '', item_list: 'none' }),
    'null',
    '5',
    '"text"',
    'this is not JSON',
    '',
  ];

  it('takes the ids of what is there, and is not troubled by anything else', () => {
    const connection = new DatabaseSync(':memory:');
    const database = new Database(connection);
    const before = MIGRATIONS.indexOf(RECENT_MIGRATION);
    expect(before).toBeGreaterThan(0);
    for (const step of MIGRATIONS.slice(0, before)) database.exec(step);
    for (const body of BODIES) {
      database.run("INSERT INTO messages (bot, user_id, received_at, body) VALUES ('b', 'u', 1, ?)", body);
    }
    database.exec(RECENT_MIGRATION);
    expect(
      database.all('SELECT id, seq FROM message_ids ORDER BY length(id), id').map((row) => ({ ...row })),
    ).toEqual([
      { id: '7', seq: 1 },
      { id: '8', seq: 1 },
      { id: '18446744073709551615', seq: 1 },
    ]);
    database.exec('DELETE FROM messages');
    expect(database.all('SELECT * FROM message_ids')).toEqual([]);
    database.close();
  });
});
