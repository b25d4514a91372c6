import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { Database } from '../../../../store/sqlite/database';
import { MIGRATIONS } from '../../../../store/sqlite/schema';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { UNREADABLE_MIGRATION } from '../../../../store/sqlite/migrations/unreadable';
import { NOW } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('What could not be read', () => {
  let path: string;
  let store: SqliteStore;
  beforeEach(async () => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = SqliteStore.open(path, NOW, () => undefined);
    await store.inbox.subscribe('trigger', 'bot');
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('has its place in a store of the release before', async () => {
    await store.close();
    const connection = new DatabaseSync(join(tempFolder(), 'old.sqlite'));
    const database = new Database(connection);
    for (const step of MIGRATIONS.slice(0, MIGRATIONS.indexOf(UNREADABLE_MIGRATION))) database.exec(step);
    database.run("INSERT INTO messages (bot, user_id, received_at, body) VALUES ('b', 'u', 1, '{}')");
    database.exec(UNREADABLE_MIGRATION);
    expect(database.all('SELECT * FROM unreadable')).toEqual([]);
    expect(database.all('SELECT * FROM messages')).toHaveLength(1);
    database.close();
    store = SqliteStore.open(path, NOW, () => undefined);
  });
});
