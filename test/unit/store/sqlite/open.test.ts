import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { openDatabase } from '../../../../store/sqlite/open';
import type { SetAside } from '../../../../store/report';
import { MIGRATIONS } from '../../../../store/sqlite/schema';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('openDatabase', () => {
  let folder: string;
  let path: string;
  let aside: SetAside[];
  const open = (): ReturnType<typeof openDatabase> =>
    openDatabase(path, 1_764_000_000_000, (file) => aside.push(file));

  beforeEach(() => {
    folder = join(tempFolder(), 'inside', 'deeper');
    path = join(folder, 'wechat.sqlite');
    aside = [];
  });
  afterAll(removeTempFolders);

  it('makes folder and file, readable by their owner only, with every step of the schema', () => {
    const database = open();
    database.transaction(() => database.run("INSERT INTO cursors VALUES ('c', 'x')"));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length });
    expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    database.close();
  });

  it('takes a file that others could read away from them', () => {
    open().close();
    chmodSync(path, 0o644);
    open().close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('finds again what was written', () => {
    const first = open();
    first.run("INSERT INTO cursors VALUES ('c', 'x')");
    first.close();
    const second = open();
    expect(second.get('SELECT cursor FROM cursors')).toEqual({ cursor: 'x' });
    second.close();
    expect(aside).toEqual([]);
  });

  const setsAside = (reason: string): void => {
    open().close();
    expect(aside).toHaveLength(1);
    expect(aside[0]!.reason).toBe(reason);
    expect(readdirSync(folder)).toContain(aside[0]!.path.slice(folder.length + 1));
  };

  it('sets a file aside that is no database, and never deletes it', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path,
      'somebody else put this here, and it is longer than a header of SQLite would ever be',
    );
    setsAside('not_a_database');
    expect(readFileSync(aside[0]!.path, 'utf8')).toContain('somebody else');
  });

  it('sets a damaged file aside', () => {
    const database = open();
    database.transaction(() => {
      for (let i = 0; i < 500; i++)
        database.run('INSERT INTO cursors VALUES (?, ?)', `c${i}`, 'x'.repeat(500));
    });
    database.close();
    truncateSync(path, 40_000);
    setsAside('damaged');
  });

  it('sets the database of another program aside', () => {
    mkdirSync(folder, { recursive: true });
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE theirs (x)');
    other.close();
    setsAside('foreign_database');
  });

  it('leaves a file of a newer version where it is, because another process may use it', () => {
    const database = open();
    database.run("INSERT INTO cursors VALUES ('c', 'x')");
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    expect(open).toThrow(expect.objectContaining({ code: 'STORE_NEWER' }));
    expect(aside).toEqual([]);
    expect(database.get('SELECT cursor FROM cursors')).toEqual({ cursor: 'x' });
    database.close();
  });

  it('fails clearly where it cannot write', () => {
    mkdirSync(folder, { recursive: true });
    path = join(folder, 'file', 'wechat.sqlite');
    writeFileSync(join(folder, 'file'), '');
    expect(open).toThrow(/EEXIST|ENOTDIR/);
  });
});
