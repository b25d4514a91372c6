import { join } from 'node:path';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const NOW = 1_764_000_000_000;

describe('SqliteNotes', () => {
  let path: string;
  let store: SqliteStore;
  const open = (): SqliteStore => SqliteStore.open(path, NOW, () => undefined);
  const progress = (execution: string) => ({
    execution,
    content: 'c',
    isOpen: true,
    state: '{"done":[]}',
    at: NOW,
  });

  beforeEach(() => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = open();
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('knows what it learnt, also after it was closed and opened', async () => {
    await store.learn('gives ids');
    await store.learn('gives ids');
    await store.close();
    store = open();
    expect([await store.knows('gives ids'), await store.knows('anything else')]).toEqual([true, false]);
  });

  it('gives how far a send came, the newest word of it', async () => {
    await store.noteUnfinished('send', progress('1'));
    await store.noteUnfinished('send', progress('2'));
    expect(await store.findUnfinished('another send')).toBeUndefined();
    expect(await store.findUnfinished('send')).toEqual(progress('2'));
    await store.forgetUnfinished('send');
    expect(await store.findUnfinished('send')).toBeUndefined();
  });

  it('finds what broke off by what it says, the newest first, and not what is done', async () => {
    await store.noteUnfinished('a', { ...progress('1'), at: NOW - 1 });
    await store.noteUnfinished('b', progress('2'));
    await store.noteUnfinished('c', { ...progress('3'), isOpen: false, at: NOW + 1 });
    expect(await store.findBrokenOff('c')).toEqual(progress('2'));
    expect(await store.findBrokenOff('d')).toBeUndefined();
  });

  it('forgets a send that nobody tried again', async () => {
    await store.noteUnfinished('send', progress('1'));
    await store.prune({ before: NOW + 1, messages: 10, waiting: 10 });
    expect(await store.findUnfinished('send')).toBeUndefined();
  });
});
