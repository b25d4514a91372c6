import { DatabaseSync } from 'node:sqlite';

import { Database } from '../../../../store/sqlite/database';

describe('Database', () => {
  let database: Database;
  beforeEach(() => {
    database = new Database(new DatabaseSync(':memory:'));
    database.exec('CREATE TABLE t (x INTEGER UNIQUE)');
  });
  afterEach(() => database.close());

  it('keeps a transaction that succeeds and gives its result', () => {
    const ids = database.transaction(() =>
      [1, 2].map((x) => database.run('INSERT INTO t VALUES (?)', x).lastId),
    );
    expect(ids).toEqual([1, 2]);
    expect(database.all('SELECT x FROM t')).toEqual([{ x: 1 }, { x: 2 }]);
  });

  it('takes a transaction back that fails, and can go on afterwards', () => {
    const fail = (): void => {
      database.run('INSERT INTO t VALUES (1)');
      database.run('INSERT INTO t VALUES (1)');
    };
    expect(() => database.transaction(fail)).toThrow(/UNIQUE/);
    expect(database.all('SELECT x FROM t')).toEqual([]);
    database.transaction(() => database.run('INSERT INTO t VALUES (3)'));
    expect(database.get('SELECT x FROM t')).toEqual({ x: 3 });
  });

  it('goes to the disk only where it is asked to', () => {
    database.transaction(() => undefined, true);
    expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
    database.transaction(() => undefined);
    expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 1 });
  });

  it('gives nothing for a row that is not there', () => {
    expect(database.get('SELECT x FROM t WHERE x = 9')).toBeUndefined();
  });
});
