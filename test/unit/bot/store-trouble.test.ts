import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { StoreTrouble, type StoreTroubleCode } from '../../../bot/store-trouble';
import { openDatabase } from '../../../store/sqlite/open';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

const sqlite = (errcode: number): Error => Object.assign(new Error('from SQLite'), { errcode });
const system = (code: string): Error => Object.assign(new Error('from the system'), { code });
/** The trouble that `action` makes. */
function troubleOf(action: () => unknown): StoreTrouble {
  try {
    action();
  } catch (error) {
    return new StoreTrouble(error);
  }
  throw new Error('It did not fail');
}

describe('StoreTrouble', () => {
  afterAll(removeTempFolders);

  it.each<[StoreTroubleCode, unknown, string]>([
    ['full', sqlite(13), 'SQLite 13'],
    ['full', system('ENOSPC'), 'ENOSPC'],
    ['full', system('EDQUOT'), 'EDQUOT'],
    ['not_writable', sqlite(8), 'SQLite 8'],
    ['not_writable', sqlite(8 | (4 << 8)), 'SQLite 1032'],
    ['not_writable', sqlite(14), 'SQLite 14'],
    ...['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'EISDIR'].map(
      (code): [StoreTroubleCode, unknown, string] => ['not_writable', system(code), code],
    ),
    ['newer', system('STORE_NEWER'), 'STORE_NEWER'],
    ['gone', system('STORE_GONE'), 'STORE_GONE'],
    ['disk_fails', sqlite(10 | (3 << 8)), 'SQLite 778'],
    ['damaged', system('STORE_DAMAGED'), 'STORE_DAMAGED'],
    ['busy', sqlite(5), 'SQLite 5'],
    ['unknown', new TypeError('a bug'), 'TypeError'],
    ['unknown', undefined, 'unknown'],
    ['unknown', 'thrown text', 'unknown'],
  ])('is "%s" for %p', (code, cause, seen) => {
    const trouble = new StoreTrouble(cause);
    expect(trouble).toMatchObject({ code, facts: { seen } });
    expect(trouble.cause).toBe(cause);
  });

  it('knows what the system really says of a folder that cannot be made', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(troubleOf(() => openDatabase(join(file, 'below', 'w.sqlite'), 0, fail)).code).toBe('not_writable');
    expect(troubleOf(() => mkdtempSync(join(file, 'below'))).code).toBe('not_writable');
  });

  it('knows what SQLite really says of a full disk and of one that cannot be written', () => {
    const database = new DatabaseSync(join(tempFolder(), 'w.sqlite'));
    database.exec('CREATE TABLE t (x); PRAGMA max_page_count = 2');
    expect(troubleOf(() => database.exec('INSERT INTO t VALUES (zeroblob(100000))')).code).toBe('full');
    database.exec('PRAGMA query_only = 1');
    expect(troubleOf(() => database.exec('INSERT INTO t VALUES (1)')).code).toBe('not_writable');
    database.close();
  });
});

const fail = (): never => {
  throw new Error('Nothing is to be set aside');
};
