import { join } from 'node:path';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const NOW = 1_764_000_000_000;

describe('SqliteFacts', () => {
  let path: string;
  let store: SqliteStore;
  const open = (): SqliteStore => SqliteStore.open(path, NOW, () => undefined);
  beforeEach(() => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = open();
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('knows what it learnt, also after it was closed and opened', async () => {
    await store.facts.learn('gives ids');
    await store.facts.learn('gives ids');
    await store.close();
    store = open();
    expect([await store.facts.knows('gives ids'), await store.facts.knows('anything else')]).toEqual([
      true,
      false,
    ]);
  });
});
