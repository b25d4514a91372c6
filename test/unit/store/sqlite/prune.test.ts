import { statSync } from 'node:fs';
import { join } from 'node:path';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import type { Retention } from '../../../../store/store';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('Pruning', () => {
  let path: string;
  let store: SqliteStore;
  const open = (): SqliteStore =>
    SqliteStore.open(path, NOW, () => {
      throw new Error('nothing was to be set aside');
    });

  beforeEach(() => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = open();
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const pendingOf = async (subscriber: string): Promise<number[]> =>
    (await store.pending(subscriber, 0)).map(({ seq }) => seq);

  const limits = (more: Partial<Retention>): Retention => ({
    before: 0,
    messages: 1e9,
    waiting: 1e9,
    ...more,
  });

  it('deletes what is old, with what it was known by', async () => {
    await store.receive(batch([message('1')]));
    await store.receive(batch([message('2')], { receivedAt: NOW + 10 }));
    expect(await store.prune(limits({ before: NOW + 5 }))).toEqual({ messages: 1, waiting: 0 });
    expect(await store.messagesAfter('bot', 0, 10)).toHaveLength(1);
    expect(await store.receive(batch([message('1')], { receivedAt: NOW + 20 }))).toHaveLength(1);
  });

  it('keeps the newest messages of each bot', async () => {
    for (const bot of ['x', 'y']) {
      await store.receive(
        batch(
          ['1', '2', '3', '4'].map((id) => message(id)),
          { bot },
        ),
      );
    }
    expect(await store.prune(limits({ messages: 2 }))).toEqual({ messages: 4, waiting: 0 });
    expect((await store.messagesAfter('x', 0, 10)).map(({ body }) => body)).toEqual([
      '{"id":"3"}',
      '{"id":"4"}',
    ]);
  });

  it('does not count out a message that somebody still waits for', async () => {
    await store.subscribe('a', 'bot');
    await store.receive(batch([message('1')]));
    await store.unsubscribe('a', NOW - 1);
    await store.receive(batch([message('2'), message('3')]));
    await store.prune(limits({ messages: 1 }));
    expect(await pendingOf('a')).toHaveLength(1);
    expect(await store.messagesAfter('bot', 0, 10)).toHaveLength(2);
  });

  it('says how many messages went that nobody had taken', async () => {
    await store.subscribe('a', 'bot');
    await store.receive(batch([message('1'), message('2'), message('3')]));
    expect((await store.prune(limits({ waiting: 2 }))).waiting).toBe(1);
    expect(await store.prune(limits({ before: NOW + 1 }))).toEqual({ messages: 3, waiting: 2 });
    expect(await pendingOf('a')).toEqual([]);
  });

  it('gives the space back', async () => {
    await store.receive(
      batch(Array.from({ length: 2_000 }, (_, i) => message(String(i), { body: 'x'.repeat(2_000) }))),
    );
    await store.close();
    store = open();
    const before = statSync(path).size;
    await store.prune(limits({ before: NOW + 1 }));
    await store.close();
    store = open();
    expect(statSync(path).size).toBeLessThan(before / 4);
  });
});
