import { join } from 'node:path';

import { Sharing, type ProcessRole } from '../../../bot/sharing';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

describe('Whether the processes of n8n share a store', () => {
  let clock: FakeClock;
  let store: SqliteStore;
  let reports: string[];
  const processOf = (role?: ProcessRole): Sharing =>
    new Sharing({ store, role, clock, report: ({ code }) => reports.push(code) });

  beforeEach(() => {
    clock = new FakeClock();
    reports = [];
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it.each(['worker', 'webhook'] as const)(
    'is not so for a %s whose store the main process has never used: it fails each time, and says so once',
    async (role) => {
      const process = processOf(role);
      for (let times = 0; times < 3; times++)
        await expect(process.check()).rejects.toMatchObject({ code: 'not_shared' });
      expect(reports).toEqual(['store_not_shared']);
    },
  );

  it('is so once the main process has been there, also while that is down', async () => {
    const worker = processOf('worker');
    await expect(worker.check()).rejects.toThrow('not_shared');
    await processOf('main').announce();
    await clock.advance(7 * 86_400_000);
    await expect(worker.check()).resolves.toBeUndefined();
    await expect(processOf('worker').check()).resolves.toBeUndefined();
  });

  it('is forgotten a month after the main process was there for the last time', async () => {
    const main = processOf('main');
    await main.announce();
    await clock.advance(20 * 86_400_000);
    await main.announce();
    await clock.advance(20 * 86_400_000);
    await expect(processOf('worker').check()).resolves.toBeUndefined();
    await clock.advance(20 * 86_400_000);
    await expect(processOf('worker').check()).rejects.toThrow('not_shared');
  });

  it('does not matter where there is one process, nor to the main one', async () => {
    for (const role of [undefined, 'main'] as const) await processOf(role).check();
    await processOf().announce();
    await processOf('worker').announce();
    expect(await store.documents.list('process', clock.now())).toEqual([]);
  });
});
