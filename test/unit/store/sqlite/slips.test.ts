import { join } from 'node:path';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const NOW = 1_764_000_000_000;

describe('SqliteSlips', () => {
  let path: string;
  let store: SqliteStore;
  const open = (): SqliteStore => SqliteStore.open(path, NOW, () => undefined);
  const slip = (body: string, more = {}) => ({ key: 'k', body, expiresAt: NOW + 1_000, ...more });

  beforeEach(() => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = open();
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('keeps a text under a kind and a key, also for another process and after a restart', async () => {
    expect(await store.slips.write('login', slip('one'), undefined, NOW)).toBe(true);
    const other = open();
    expect(await other.slips.read('login', 'k', NOW)).toBe('one');
    await other.close();
    expect(await store.slips.read('another kind', 'k', NOW)).toBeUndefined();
    expect(await store.slips.read('login', 'another key', NOW)).toBeUndefined();
  });

  it('writes only over what the writer knows, so that of two processes one has to look again', async () => {
    await store.slips.write('login', slip('one'), undefined, NOW);
    expect(await store.slips.write('login', slip('mine'), undefined, NOW)).toBe(false);
    expect(await store.slips.write('login', slip('mine'), 'another', NOW)).toBe(false);
    expect(await store.slips.write('login', slip('mine'), 'one', NOW)).toBe(true);
    expect(await store.slips.read('login', 'k', NOW)).toBe('mine');
  });

  it('forgets what has expired, whether somebody writes or not', async () => {
    await store.slips.write('login', slip('one'), undefined, NOW);
    expect(await store.slips.read('login', 'k', NOW + 1_000)).toBeUndefined();
    expect(await store.slips.all('login', NOW + 1_000)).toEqual([]);
    await store.slips.write(
      'login',
      slip('two', { key: 'other', expiresAt: NOW + 9_000 }),
      undefined,
      NOW + 1_000,
    );
    expect(await store.slips.all('login', NOW)).toEqual([
      { key: 'other', body: 'two', expiresAt: NOW + 9_000 },
    ]);
  });

  it('gives all slips of a kind, and removes one', async () => {
    for (const key of ['b', 'a']) await store.slips.write('login', slip(key, { key }), undefined, NOW);
    await store.slips.write('page', slip('elsewhere'), undefined, NOW);
    expect((await store.slips.all('login', NOW)).map(({ body }) => body)).toEqual(['a', 'b']);
    await store.slips.remove('login', 'a');
    expect((await store.slips.all('login', NOW)).map(({ body }) => body)).toEqual(['b']);
    expect(await store.slips.read('page', 'k', NOW)).toBe('elsewhere');
  });
});
