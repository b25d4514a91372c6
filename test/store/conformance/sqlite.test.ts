import { join } from 'node:path';

import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import type { Store } from '../../../store/store';
import { NOW } from '../../support/received';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';
import { promises } from './promises';
import { byTurns, OpenStores } from './store-under-test';
import { togetherPromises } from './together';

const stores = new OpenStores();
let path: string;
const open = (): Store => {
  const store = SqliteStore.open(path, NOW, () => {
    throw new Error('nothing was to be set aside');
  });
  return stores.add(store);
};

beforeEach(() => {
  path = join(tempFolder(), 'wechat.sqlite');
});
afterEach(() => stores.closeAll());
afterAll(removeTempFolders);

const traits = { elapse: () => Promise.resolve(), toleranceMs: 0, tellsTheDead: true, overwrites: true };

describe('SQLite', () => promises({ ...traits, open: () => Promise.resolve(open()) }));

describe('SQLite, with two processes', () =>
  promises({ ...traits, open: () => Promise.resolve(byTurns(open(), open())) }));

describe('SQLite, with', () => togetherPromises({ ...traits, open: () => Promise.resolve(open()) }));
