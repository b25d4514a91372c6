import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import * as threads from '../../../../store/sqlite/elsewhere';
import { tryOpen } from '../../../../store/sqlite/open';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { WriteAheadLog } from '../../../../store/sqlite/write-ahead-log';
import { NOW, receivedBatch, receivedMessage } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const MANY_WRITES = 50;

describe('WriteAheadLog', () => {
  let path: string;
  let connection: DatabaseSync;
  let log: WriteAheadLog;
  let carriedOver: jest.SpyInstance;

  beforeEach(() => {
    path = join(tempFolder(), 'wechat.sqlite');
    connection = new DatabaseSync(path);
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (text)');
    log = new WriteAheadLog(path);
    carriedOver = jest.spyOn(threads, 'elsewhere');
  });
  afterEach(() => {
    jest.restoreAllMocks();
    connection.close();
  });
  afterAll(removeTempFolders);

  const fill = (megabytes: number): void =>
    void connection.prepare('INSERT INTO t VALUES (zeroblob(?))').run(megabytes * 1024 * 1024);
  const written = (times: number): void => {
    for (let i = 0; i < times; i++) log.written();
  };

  it('is carried over into the file when it has grown large', async () => {
    fill(17);
    const before = statSync(path).size;
    written(MANY_WRITES);
    await log.settled();
    expect(carriedOver).toHaveBeenCalledTimes(1);
    expect(statSync(path).size).toBeGreaterThan(before + 17 * 1024 * 1024);
  });

  it('begins anew afterwards, so that SQLite need not carry it over by itself', async () => {
    fill(17);
    written(MANY_WRITES);
    await log.settled();
    expect(statSync(`${path}-wal`).size).toBe(0);
  });

  it('is carried over, too, while somebody reads what was written before', async () => {
    const reader = new DatabaseSync(path);
    reader.exec('BEGIN; SELECT * FROM t');
    fill(17);
    written(MANY_WRITES);
    await log.settled();
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(17 * 1024 * 1024);
    fill(1);
    reader.exec('COMMIT');
    reader.close();
    written(MANY_WRITES);
    await log.settled();
    expect(statSync(`${path}-wal`).size).toBe(0);
  });

  it('is neither carried over nor shortened by the one that writes, as long as the thread does it', async () => {
    const file = join(tempFolder(), 'wechat.sqlite');
    const database = tryOpen(file);
    database.exec('CREATE TABLE t (text)');
    const size = (): number => statSync(`${file}-wal`).size;
    const write = (megabytes: number): void =>
      void database.run('INSERT INTO t VALUES (zeroblob(?))', megabytes * 1024 * 1024);
    write(40);
    const large = size();
    await threads.elsewhere({ path: file, query: 'PRAGMA wal_checkpoint(PASSIVE)' });
    // The log begins anew with this one, and keeps its length.
    write(1);
    expect(size()).toBe(large);
    database.close();
  });

  it('is looked at now and then, and left alone while it is small', async () => {
    written(MANY_WRITES);
    fill(17);
    written(MANY_WRITES - 1);
    await log.settled();
    expect(carriedOver).not.toHaveBeenCalled();
  });

  it('is carried over by one thread at a time', async () => {
    fill(17);
    written(4 * MANY_WRITES);
    await log.settled();
    expect(carriedOver).toHaveBeenCalledTimes(1);
    fill(17);
    written(MANY_WRITES);
    await log.settled();
    expect(carriedOver).toHaveBeenCalledTimes(2);
  });

  it('is left to SQLite when that fails, and tried again later', async () => {
    carriedOver.mockRejectedValueOnce(new Error('no threads'));
    fill(17);
    written(MANY_WRITES);
    await log.settled();
    written(MANY_WRITES);
    await log.settled();
    expect(carriedOver).toHaveBeenCalledTimes(2);
  });

  it('keeps a store from being closed before its thread has ended', async () => {
    const file = join(tempFolder(), 'wechat.sqlite');
    const store = SqliteStore.open(file, NOW, () => undefined);
    const messages = Array.from({ length: 300 }, (_, i) =>
      receivedMessage(String(i), { body: 'x'.repeat(70_000) }),
    );
    for (let i = 0; i < MANY_WRITES; i++)
      await store.inbox.receive(receivedBatch(messages.slice(i * 6, i * 6 + 6)));
    expect(carriedOver).toHaveBeenCalled();
    await store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
    const ends = carriedOver.mock.results.map(({ value }) =>
      Promise.race([value, Promise.resolve('still at work')]),
    );
    expect(await Promise.all(ends)).not.toContain('still at work');
  });
});
