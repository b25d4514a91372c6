import { DatabaseSync } from 'node:sqlite';

import {
  busyError,
  UnusableFile,
  isBusy,
  mayBeDamage,
  unusableBecause,
} from '../../../../store/sqlite/failures';

const sqlite = (errcode: number, message = ''): Error => Object.assign(new Error(message), { errcode });

const thrownBy = (sql: string): unknown => {
  const memory = new DatabaseSync(':memory:');
  try {
    memory.exec(sql);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    memory.close();
  }
};

describe('What a failure of SQLite means', () => {
  it.each([
    ['locked', 5],
    ['locked by a recovery', 261],
    ['a snapshot that is old', 517],
    ['a race at opening', 15],
  ])('%s passes by itself', (_, code) => {
    expect(isBusy(sqlite(code))).toBe(true);
    expect(mayBeDamage(sqlite(code))).toBe(false);
  });

  it('is told for somebody who waited too long as SQLite tells it', () => {
    expect(isBusy(busyError())).toBe(true);
  });

  it('says why a file cannot be used at all', () => {
    expect(unusableBecause(sqlite(11))).toBe('damaged');
    expect(unusableBecause(sqlite(267))).toBe('damaged');
    expect(unusableBecause(sqlite(26))).toBe('not_a_database');
    expect(unusableBecause(new UnusableFile('foreign_database'))).toBe('foreign_database');
    expect(unusableBecause(sqlite(13))).toBeUndefined();
    expect(unusableBecause('no error')).toBeUndefined();
  });

  it('takes a table that is gone and a disk that fails for a reason to look, and a wrong statement or a full disk not', () => {
    expect(mayBeDamage(thrownBy('SELECT * FROM gone'))).toBe(true);
    expect(mayBeDamage(thrownBy('CREATE TABLE t (a); SELECT b FROM t'))).toBe(true);
    expect(mayBeDamage(sqlite(266))).toBe(true);
    expect(mayBeDamage(thrownBy('SELEC 1'))).toBe(false);
    expect(mayBeDamage(sqlite(13))).toBe(false);
    expect(mayBeDamage(new Error('no such table: it is not SQLite that says so'))).toBe(false);
  });
});
