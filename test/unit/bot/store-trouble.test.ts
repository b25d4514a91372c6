import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { StoreTrouble } from '../../../bot/store-trouble';
import { openDatabase } from '../../../store/sqlite/open';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

const sqlite = (errcode: number): Error => Object.assign(new Error('from SQLite'), { errcode });
const system = (code: string): Error => Object.assign(new Error('from the system'), { code });
/** What `action` throws, put into words. */
function troubleOf(action: () => unknown): StoreTrouble {
  try {
    action();
  } catch (error) {
    return new StoreTrouble(error);
  }
  throw new Error('It did not fail');
}

const FULL = 'The disk is full, so WeChat messages cannot be kept';
const NOT_WRITABLE = 'The folder for WeChat messages cannot be written';
const NEWER = 'The file with the WeChat messages was written by a newer version of this package';
const GONE = 'The disk with the WeChat messages was taken away while n8n runs';
const DAMAGED = 'The file with the WeChat messages is damaged again and again';
const BUSY = 'Another program holds the file with the WeChat messages, so nothing can be kept in it';
const OTHER = 'WeChat messages cannot be kept';

describe('StoreTrouble', () => {
  afterAll(removeTempFolders);

  it.each<[string, string, unknown, string]>([
    [FULL, 'Make room', sqlite(13), 'SQLite 13'],
    [FULL, 'Make room', system('ENOSPC'), 'ENOSPC'],
    [FULL, 'Make room', system('EDQUOT'), 'EDQUOT'],
    [NOT_WRITABLE, 'WECHAT_ILINK_FOLDER', sqlite(8), 'SQLite 8'],
    [NOT_WRITABLE, 'WECHAT_ILINK_FOLDER', sqlite(8 | (4 << 8)), 'SQLite 1032'],
    [NOT_WRITABLE, 'WECHAT_ILINK_FOLDER', sqlite(14), 'SQLite 14'],
    ...['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'EISDIR'].map(
      (code): [string, string, unknown, string] => [NOT_WRITABLE, 'WECHAT_ILINK_FOLDER', system(code), code],
    ),
    [NEWER, 'Update the package', system('STORE_NEWER'), 'STORE_NEWER'],
    [GONE, 'restart n8n', system('STORE_GONE'), 'STORE_GONE'],
    [OTHER, 'Check the disk', sqlite(10 | (3 << 8)), 'SQLite 778'],
    [DAMAGED, 'Check the disk', system('STORE_DAMAGED'), 'STORE_DAMAGED'],
    [BUSY, 'backup', sqlite(5), 'SQLite 5'],
    [OTHER, "n8n's log", new TypeError('a bug'), 'TypeError'],
    [OTHER, "n8n's log", undefined, 'unknown'],
    [OTHER, "n8n's log", 'thrown text', 'unknown'],
  ])('says "%s" and what to do: %s, for %p', (message, next, cause, code) => {
    const trouble = new StoreTrouble(cause);
    expect(trouble.message).toBe(message);
    expect(trouble.next).toContain(next);
    expect(trouble.next).toContain('WeChat keeps them');
    expect(trouble.next).toContain(`(${code})`);
    expect(trouble.cause).toBe(cause);
  });

  it('knows what the system really says of a folder that cannot be made', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(troubleOf(() => openDatabase(join(file, 'below', 'w.sqlite'), 0, fail)).message).toBe(
      NOT_WRITABLE,
    );
    expect(troubleOf(() => mkdtempSync(join(file, 'below'))).message).toBe(NOT_WRITABLE);
  });

  it('knows what SQLite really says of a full disk and of one that cannot be written', () => {
    const database = new DatabaseSync(join(tempFolder(), 'w.sqlite'));
    database.exec('CREATE TABLE t (x); PRAGMA max_page_count = 2');
    expect(troubleOf(() => database.exec('INSERT INTO t VALUES (zeroblob(100000))')).message).toBe(FULL);
    database.exec('PRAGMA query_only = 1');
    expect(troubleOf(() => database.exec('INSERT INTO t VALUES (1)')).message).toBe(NOT_WRITABLE);
    database.close();
  });
});

const fail = (): never => {
  throw new Error('Nothing is to be set aside');
};
