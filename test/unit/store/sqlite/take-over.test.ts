import { join } from 'node:path';

import type { Access } from '../../../../store/sqlite/access';
import { Database } from '../../../../store/sqlite/database';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { toQueue } from '../../../support/queued';
import type { Proof, ReceivedMessage } from '../../../../store/store';
import { NOW, receivedBatch, receivedMessage } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const USER = 'u@im.wechat';
const OTHER = 'x@im.wechat';

describe('takeOver', () => {
  let store: SqliteStore;

  beforeEach(() => {
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), NOW, () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const prove = (bot: string, more: Partial<Proof> = {}): Promise<boolean> =>
    store.logins.prove({ bot, realm: 'tencent', userId: USER, speaksFor: () => true, ...more });
  const receive = (bot: string, id: string, more: Partial<ReceivedMessage> = {}) =>
    store.inbox.receive(receivedBatch([receivedMessage(id, more)], { bot, login: bot, connection: bot }));
  const draft = (bot: string, item: string) => toQueue({ bot, item });
  const bodies = async (bot: string, most = 100): Promise<string[]> =>
    (await store.inbox.messagesAfter(bot, 0, most)).map(
      ({ body }) => (JSON.parse(body) as { id: string }).id,
    );
  const queued = async (bot: string): Promise<string[]> =>
    (await store.outbox.list(bot)).map(({ item }) => item);
  const pending = async (subscriber: string): Promise<number> =>
    (await store.inbox.pending(subscriber, 0)).length;

  it('brings much over in steps, in order, and without holding up the thread for long', async () => {
    await prove('old');
    const many = Array.from({ length: 950 }, (_, index) => String(index));
    await store.outbox.add(many.map((item) => draft('new', item)));
    const messages = many.map((id) => receivedMessage(id, { ids: [`id-${id}`] }));
    await store.inbox.subscribe('w', 'new');
    await store.inbox.receive(receivedBatch(messages, { bot: 'new', login: 'new', connection: 'new' }));
    await store.recent.remember(
      'new',
      many.map((id) => ({ id: `s-${id}`, userId: USER, sentAt: NOW, body: '{}' })),
    );
    const largest: number[] = [];
    const realRun = Database.prototype.run;
    const run = jest.spyOn(Database.prototype, 'run').mockImplementation(function (this: Database, ...call) {
      const result = realRun.apply(this, call);
      largest.push(result.changes);
      return result;
    });
    await prove('new');
    run.mockRestore();
    expect(Math.max(...largest)).toBeLessThanOrEqual(100);
    expect(await queued('new')).toEqual(many);
    expect(
      (await store.inbox.messagesAfter('new', 0, 2_000)).map(
        ({ body }) => (JSON.parse(body) as { id: string }).id,
      ),
    ).toEqual(many);
    expect(await pending('w')).toBe(950);
    expect(await receive('new', '949')).toEqual([]);
    expect(await store.recent.find('new', USER, 'id-949')).toMatchObject({ direction: 'in' });
    expect(await store.recent.find('new', USER, 's-949')).toMatchObject({ direction: 'out' });
  });

  it('takes its part of a scope of before that others use as well in steps, however much of it there is', async () => {
    const { access } = store as unknown as { access: Access };
    const count = 950;
    const ids = Array.from({ length: count }, (_, index) => String(index));
    const written = ids.flatMap((id) =>
      [USER, OTHER].map((userId) => receivedMessage(`${userId} ${id}`, { userId, ids: [`${userId} ${id}`] })),
    );
    const last = [receivedMessage('last', { userId: OTHER })];
    for (const [at, messages] of [written, last].entries())
      await store.inbox.receive(
        receivedBatch(messages, { bot: 'old', connection: 'old', receivedAt: NOW + at }),
      );
    await store.outbox.add([USER, OTHER].map((userId) => ({ ...draft('old', `for ${userId}`), userId })));
    const sent = ids.flatMap((id) =>
      [USER, OTHER].map((userId) => ({ id: `s-${userId} ${id}`, userId, sentAt: NOW, body: '{}' })),
    );
    await store.recent.remember('old', sent);
    access.database.exec('INSERT INTO legacy_scopes SELECT scope FROM logins; DELETE FROM logins');
    const largest: number[] = [];
    const realRun = Database.prototype.run;
    const run = jest.spyOn(Database.prototype, 'run').mockImplementation(function (this: Database, ...call) {
      const result = realRun.apply(this, call);
      largest.push(result.changes);
      return result;
    });
    expect(await prove('new')).toBe(true);
    run.mockRestore();
    expect(Math.max(...largest)).toBeLessThanOrEqual(100);
    expect(await bodies('new', 2 * count)).toEqual(ids.map((id) => `${USER} ${id}`));
    expect(await queued('new')).toEqual([`for ${USER}`]);
    expect(await store.recent.find('new', USER, `${USER} 949`)).toMatchObject({ direction: 'in' });
    expect(await store.recent.find('new', USER, `s-${USER} 949`)).toMatchObject({ direction: 'out' });
    expect(await receive('new', `${USER} 0`)).toEqual([]);
    await prove('of the other', { userId: OTHER });
    const others = [...ids.map((id) => `${OTHER} ${id}`), 'last'];
    expect(await bodies('of the other', 2 * count)).toEqual(others);
    expect(await queued('of the other')).toEqual([`for ${OTHER}`]);
  });
});
