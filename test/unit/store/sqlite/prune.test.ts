import { statSync } from 'node:fs';
import { join } from 'node:path';

import type { Access } from '../../../../store/sqlite/access';
import { Database } from '../../../../store/sqlite/database';
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

  const limits = (more: Partial<Retention>): Retention => ({
    before: 0,
    messages: 1e9,
    waiting: 1e9,
    ...more,
  });

  it('gives the space back', async () => {
    await store.inbox.receive(
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

  describe('with many bots', () => {
    const flood = async (bot: string, count: number, subscriber = `workflow of ${bot}`): Promise<void> => {
      await store.inbox.subscribe(subscriber, bot);
      const messages = Array.from({ length: count }, (_, i) => message(`${bot} ${i}`));
      await store.inbox.receive(batch(messages, { bot, connection: bot }));
    };

    it('deletes little at a time, with time for everybody else in between', async () => {
      const { access } = store as unknown as { access: Access };
      for (const bot of ['x', 'y', 'z']) await flood(bot, 500);
      const write = jest.spyOn(access, 'write');
      const run = jest.spyOn(access.database, 'run');
      let most = 0;
      run.mockImplementation((...args) => {
        const result = Database.prototype.run.apply(access.database, args);
        most = Math.max(most, result.changes);
        return result;
      });
      let turns = 0;
      const ticking = setInterval(() => turns++, 1);
      expect(await store.prune(limits({ before: NOW + 1 }))).toEqual({ messages: 1_500, waiting: 1_500 });
      clearInterval(ticking);
      expect(most).toBeLessThanOrEqual(100);
      expect(write.mock.calls.length).toBeGreaterThan(15);
      expect(turns).toBeGreaterThan(5);
    });
  });
});
