import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { elsewhere } from '../../../../store/sqlite/elsewhere';
import { isBusy } from '../../../../store/sqlite/failures';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('elsewhere', () => {
  let path: string;

  beforeEach(() => (path = join(tempFolder(), 'some.sqlite')));
  afterAll(removeTempFolders);

  it('runs a script, gives the rows of the query, and has closed the file then', async () => {
    const script = ['PRAGMA journal_mode = WAL', "CREATE TABLE t (a); INSERT INTO t VALUES ('x')"];
    expect(await elsewhere({ path, script, query: 'SELECT a FROM t' })).toEqual([{ a: 'x' }]);
    // The last one that closes it takes these away.
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('fails with what SQLite says, so that everybody knows what kind of failure it is', async () => {
    const holder = new DatabaseSync(path);
    holder.exec('CREATE TABLE t (a); BEGIN EXCLUSIVE');
    const failed = elsewhere({ path, script: ['INSERT INTO t VALUES (1)'], timeoutMs: 0 });
    const error: unknown = await failed.catch((thrown: unknown) => thrown);
    holder.close();
    expect(isBusy(error)).toBe(true);
    await expect(elsewhere({ path, query: 'SELECT * FROM missing' })).rejects.toThrow('no such table');
  });

  it('fails when the file cannot be opened', async () => {
    await expect(elsewhere({ path: join(path, 'nowhere', 'x.sqlite') })).rejects.toThrow('unable to open');
  });
});
