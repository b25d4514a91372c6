import { join } from 'node:path';

import type { Access } from '../../../../store/sqlite/access';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { Walk } from '../../../../store/sqlite/walk';
import { NOW, receivedBatch, receivedMessage } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('Walk', () => {
  let store: SqliteStore;
  let access: Access;
  let walk: Walk;

  beforeEach(() => {
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), NOW, () => undefined);
    ({ access } = store as unknown as { access: Access });
    walk = new Walk(access);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const keep = async (bot: string, count: number): Promise<string> => {
    const messages = Array.from({ length: count }, (_, i) => receivedMessage(`${bot} ${i}`));
    await store.inbox.receive(receivedBatch(messages, { bot, connection: bot }));
    return access.database.get<{ scope: string }>('SELECT scope FROM logins WHERE login = ?', bot)!.scope;
  };

  it('counts by numbers and by texts, over more than one look', async () => {
    const many = await keep('many', 4_100);
    const few = await keep('few', 3);
    expect(await walk.count('messages', 'bot', 'seq', many)).toBe(4_100);
    expect(await walk.count('messages', 'bot', 'seq', few)).toBe(3);
    expect(await walk.count('seen', 'bot', 'key', many)).toBe(4_100);
    expect(await walk.count('messages', 'bot', 'seq', 'nobody')).toBe(0);
    expect(await walk.count('messages', 'bot', 'seq', many, 10)).toBe(2_000);
  });

  it('finds the first one that is too many, down from the newest', async () => {
    const bot = await keep('bot', 4_100);
    const below = (most: number): Promise<number | undefined> =>
      walk.numberBelow('messages', 'seq', bot, most);
    expect(await below(100)).toBe(4_000);
    expect(await below(4_099)).toBe(1);
    expect(await below(4_100)).toBeUndefined();
    expect(await below(1_999)).toBe(2_101);
    expect(await below(2_000)).toBe(2_100);
  });

  it('finds each value once, and none in an empty table', async () => {
    expect(await walk.distinct('messages', 'bot')).toEqual([]);
    const scopes = [await keep('a', 3), await keep('b', 1)];
    expect(await walk.distinct('messages', 'bot')).toEqual(scopes.sort());
  });
});
