import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from '../../../../../tools/n8n/sqlite3-on-node';

type Answer = {
  error: (Error & { code: string; errno: number }) | null;
  rows?: unknown;
  lastID?: number;
  changes?: number;
};
type Method = 'run' | 'all' | 'get';

const { Database } = sqlite3.verbose();

describe('the Database that stands in for node-sqlite3', () => {
  let db: InstanceType<typeof Database>;

  const call = (method: Method, sql: string, ...params: unknown[]): Promise<Answer> =>
    new Promise((resolve) => {
      db[method](sql, ...params, function (this: Answer, error: Answer['error'], rows: unknown) {
        resolve({ error, rows, lastID: this.lastID, changes: this.changes });
      });
    });
  const rows = async (sql: string, ...params: unknown[]): Promise<unknown> =>
    (await call('all', sql, ...params)).rows;

  beforeEach(async () => {
    await new Promise((resolve) => (db = new Database(':memory:', resolve)));
    await call('run', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b BLOB)');
  });
  afterEach(() => new Promise((resolve) => db.close(() => resolve(undefined))));

  it('gives the new row id and the number of changes as `this` of the callback', async () => {
    expect(await call('run', 'INSERT INTO t(a) VALUES (?)', ['x'])).toMatchObject({
      error: null,
      lastID: 1,
      changes: 1,
    });
    expect(await call('run', 'INSERT INTO t(a) VALUES (?)', 'y')).toMatchObject({ lastID: 2 });
    expect(await call('run', 'UPDATE t SET b = NULL', [])).toMatchObject({ changes: 2 });
  });

  it.each<[string, unknown, unknown, string]>([
    ['an integer', 5, 5, 'integer'],
    ['an integer beyond 32 bits', 5e12, 5e12, 'real'],
    ['a fraction', 5.5, 5.5, 'real'],
    ['true', true, 1, 'integer'],
    ['a date', new Date(1234), 1234, 'real'],
    ['null', null, null, 'null'],
    ['undefined', undefined, null, 'null'],
    ['text', 'ü', 'ü', 'text'],
    ['an object', { a: 1 }, '[object Object]', 'text'],
    ['bytes', Buffer.from('abc'), Buffer.from('abc'), 'blob'],
  ])('binds %s as node-sqlite3 does', async (_, value, stored, type) => {
    expect(await rows('SELECT ? AS v, typeof(?) AS t', [value, value])).toEqual([{ v: stored, t: type }]);
  });

  it('keeps an integer in a text column without a fraction', async () => {
    await call('run', 'INSERT INTO t(a) VALUES (?)', [5]);
    expect(await rows('SELECT a FROM t')).toEqual([{ a: '5' }]);
  });

  it('returns plain objects, Buffers, and numbers beyond 2^53 instead of an error', async () => {
    const [row] = (await rows("SELECT 9223372036854775807 AS big, x'00ff' AS bytes")) as [
      Record<string, unknown>,
    ];
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(row.big).toBe(Number(9223372036854775807n));
    expect(Buffer.isBuffer(row.bytes)).toBe(true);
  });

  it('binds parameters by name', async () => {
    expect((await call('get', 'SELECT $x AS v', { $x: 7 })).rows).toEqual({ v: 7 });
  });

  it('reports a broken constraint in the shape that n8n looks for', async () => {
    await call('run', "INSERT INTO t(a) VALUES ('x')");
    const { error } = await call('run', "INSERT INTO t(a) VALUES ('x')");
    expect(error).toMatchObject({ code: 'SQLITE_CONSTRAINT', errno: 19 });
    expect(error?.message).toBe('SQLITE_CONSTRAINT: UNIQUE constraint failed: t.a');
  });

  it('takes a string in double quotes for text, as SQLite does by default', async () => {
    expect(await rows('SELECT "no such column" AS v')).toEqual([{ v: 'no such column' }]);
  });

  it('runs several statements with exec, and calls back in order and later', async () => {
    const order: string[] = [];
    db.exec('CREATE TABLE q (x); INSERT INTO q VALUES (1);', () => order.push('exec'));
    db.all('SELECT x FROM q', () => order.push('all'));
    order.push('now');
    await rows('SELECT 1');
    expect(order).toEqual(['now', 'exec', 'all']);
  });

  it('lets a reader see the last committed state while a writer is inside a transaction', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
    const memory = db;
    const file = join(folder, 'n8n.sqlite');
    await new Promise((resolve) => (db = new Database(file, resolve)));
    const writer = db;
    await call('run', 'PRAGMA journal_mode = WAL');
    await call('run', 'CREATE TABLE t (a)');
    await call('run', 'BEGIN IMMEDIATE');
    await call('run', 'INSERT INTO t VALUES (1)');
    await new Promise((resolve) => (db = new Database(file, sqlite3.OPEN_READONLY, resolve)));
    expect(await rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }]);
    expect((await call('run', 'INSERT INTO t VALUES (2)')).error).toMatchObject({ code: 'SQLITE_READONLY' });
    db.close();
    writer.close();
    db = memory;
    rmSync(folder, { recursive: true });
  });

  it('reports a file that cannot be opened, and the use of a closed database', async () => {
    const opened = new Promise((resolve) => new Database('/no/such/folder/x.sqlite', resolve));
    await expect(opened).resolves.toMatchObject({ code: 'SQLITE_CANTOPEN', errno: 14 });
    const memory = db;
    await new Promise((resolve) => (db = new Database(':memory:', resolve)));
    db.close();
    expect((await call('all', 'SELECT 1')).error).toMatchObject({ code: 'SQLITE_MISUSE' });
    db = memory;
  });
});
