import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  openSync,
  closeSync,
  ftruncateSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';

import { Database } from '../../../../store/sqlite/database';
import * as files from '../../../../store/sqlite/files';
import type { SetAside } from '../../../../store/report';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import type { Retention } from '../../../../store/store';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const KEEP_ALL: Retention = { before: 0, messages: 1e9, waiting: 1e9 };

let folder: string;
let path: string;
let store: SqliteStore;
let aside: SetAside[];
const open = (): SqliteStore => SqliteStore.open(path, NOW, (file) => aside.push(file));
const kept = async (): Promise<string[]> =>
  (await store.inbox.messagesAfter('bot', 0, 1e6)).map(({ body }) => body);

beforeEach(() => {
  folder = tempFolder();
  path = join(folder, 'wechat.sqlite');
  aside = [];
  store = open();
});
afterEach(() => store.close().catch(() => undefined));
afterAll(removeTempFolders);

describe('While another process holds the lock for writing', () => {
  let holder: ChildProcess;
  /** Holds it for so long, and says when it has it. */
  const hold = async (ms: number): Promise<void> => {
    const script = `
      const { DatabaseSync } = require('node:sqlite');
      const database = new DatabaseSync(process.argv[1], { timeout: 5000 });
      database.exec('BEGIN IMMEDIATE');
      process.send('held');
      setTimeout(() => { database.exec('COMMIT'); process.exit(); }, Number(process.argv[2]));
    `;
    holder = spawn(process.execPath, ['--no-warnings', '-e', script, path, String(ms)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(holder, 'message');
  };
  afterEach(() => holder.kill('SIGKILL'));

  it('goes on with everything else, writes in the order of the calls, and is done a moment after it was let go', async () => {
    await hold(3_000);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    let turns = 0;
    const ticking = setInterval(() => turns++, 10);
    const ids = Array.from({ length: 30 }, (_, i) => String(i));
    const startedAt = performance.now();
    await Promise.all(ids.map((id) => store.inbox.receive(batch([message(id)]))));
    clearInterval(ticking);
    delay.disable();
    expect(performance.now() - startedAt).toBeGreaterThan(2_000);
    // A wait of SQLite's own would have stood still for all of the three seconds.
    expect(delay.max / 1e6).toBeLessThan(1_000);
    expect(turns).toBeGreaterThan(60);
    expect(await kept()).toEqual(ids.map((id) => `{"id":"${id}"}`));
  });

  it('reads', async () => {
    await store.inbox.receive(batch([message('1')]));
    await hold(60_000);
    const startedAt = performance.now();
    expect(await kept()).toEqual(['{"id":"1"}']);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('never lets SQLite wait for longer than 20 ms at a time', async () => {
    await hold(60_000);
    const { database } = store as unknown as { database: { get(sql: string): { timeout: number } } };
    expect(database.get('PRAGMA busy_timeout').timeout).toBeLessThanOrEqual(20);
    let longest = 0;
    for (let i = 0; i < 10; i++) {
      const startedAt = performance.now();
      void store.facts.learn(`fact ${i}`).catch(() => undefined);
      longest = Math.max(longest, performance.now() - startedAt);
    }
    expect(longest).toBeLessThan(200);
    holder.kill('SIGKILL');
    expect(await store.facts.knows('fact 9')).toBeDefined();
  });

  it('opens without waiting for a process that opens it', async () => {
    await hold(1);
    const lock = new DatabaseSync(`${path}.opening`);
    lock.exec('BEGIN EXCLUSIVE');
    const startedAt = performance.now();
    const opening = SqliteStore.openInTurn(
      { path, now: () => NOW, onSetAside: () => undefined },
      () => undefined,
    );
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    setTimeout(() => lock.close(), 300);
    const second = await opening;
    expect(performance.now() - startedAt).toBeGreaterThan(250);
    await second.close();
  });
});

describe('A file that is damaged while it is open', () => {
  const fill = async (): Promise<void> => {
    await store.inbox.subscribe('workflow', 'bot');
    for (let page = 0; page < 20; page++) {
      const messages = Array.from({ length: 50 }, (_, i) =>
        message(`${page}-${i}`, { body: JSON.stringify({ id: `${page}-${i}`, text: 'x'.repeat(300) }) }),
      );
      await store.inbox.receive(batch(messages, { cursor: `cursor ${page}` }));
    }
    await store.outbox.add([
      {
        bot: 'bot',
        userId: 'u',
        sendId: 's',
        type: 'text',
        item: '{"a":1}',
        ageNote: '',
        reason: '',
        clientId: null,
        quota: 10,
        windowMs: 1,
        queuedAt: NOW,
        expiresAt: NOW + 1e9,
      },
    ]);
  };
  /** Everything is in the file itself, and not in the log before it. */
  const settle = (): void => {
    const other = new DatabaseSync(path, { timeout: 1_000 });
    other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    other.close();
  };
  const scribble = (from: number, bytes: number): void => {
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(bytes, 0x5a), 0, bytes, from);
    closeSync(file);
  };
  /** Nothing can be read, not even what was read before. */
  const spoil = (): void => {
    scribble(0, 4096);
    (store as unknown as { database: Database }).database.exec('PRAGMA shrink_memory');
  };
  /** Finds out, as everything does that reads or writes. */
  const touchAll = async (): Promise<void> => {
    await kept();
    await store.inbox.receive(batch([message('new')]));
    await store.inbox.pending('workflow', 0);
    await store.prune(KEEP_ALL);
  };

  it('is set aside and begun anew with everything around the damage, and the next message is kept', async () => {
    await fill();
    settle();
    const size = statSync(path).size;
    scribble(Math.floor(size / 2 / 4096) * 4096, 8192);
    await touchAll();
    expect(aside).toMatchObject([{ reason: 'damaged' }]);
    const bodies = await kept();
    expect(bodies.length).toBeGreaterThan(900);
    expect(bodies.at(-1)).toBe('{"id":"new"}');
    expect(await store.inbox.cursor('connection')).toBe('cursor 19');
    expect(await store.outbox.list('bot')).toMatchObject([{ item: '{"a":1}' }]);
    expect((await store.inbox.pending('workflow', 0)).length).toBe(bodies.length);
    expect(readdirSync(folder)).toContain(aside[0]!.path.slice(folder.length + 1));
  });

  it('gives no number twice that was given before the damage', async () => {
    await fill();
    settle();
    const before = await store.inbox.newestSeq('bot');
    spoil();
    const [fresh] = await store.inbox.receive(batch([message('new')]));
    expect(fresh!.seq).toBeGreaterThan(before);
    expect(aside).toHaveLength(1);
  });

  it('keeps what comes next for those who listen, also when nothing of them could be read', async () => {
    await fill();
    settle();
    spoil();
    await store.inbox.receive(batch([message('new')]));
    expect(await store.inbox.pending('workflow', 0)).toHaveLength(1);
  });

  it.each(['deliveries', 'conversations', 'messages', 'seen', 'leases', 'chores'])(
    'heals when its table "%s" was dropped, with everything else',
    async (table) => {
      await fill();
      const other = new DatabaseSync(path, { timeout: 1_000 });
      other.exec(`DROP TABLE ${table}`);
      other.close();
      await touchAll();
      await store.leases.acquire({ connection: 'c', owner: '[]', now: NOW, longestLifeMs: 1 }, () => false);
      await store.jobs.claim('x', NOW, 1);
      await store.conversations.get('bot', 'u');
      expect(aside).toMatchObject([{ reason: 'damaged', saved: { incomplete: [table] } }]);
      expect(await store.outbox.list('bot')).toHaveLength(1);
    },
  );

  it.each([
    ['it', ['']],
    ['it and what SQLite keeps beside it', ['', '-wal', '-shm']],
  ])('loses nothing when %s was deleted: it is still open', async (_what, suffixes) => {
    await fill();
    const before = await kept();
    for (const suffix of suffixes) rmSync(path + suffix, { force: true });
    await store.checkWritable(NOW);
    expect(await kept()).toEqual(before);
    expect(await store.inbox.pending('workflow', 0)).toHaveLength(before.length);
    expect(aside).toMatchObject([{ reason: 'deleted', path: '', saved: { incomplete: [] } }]);
    await store.close();
    store = open();
    expect(await kept()).toEqual(before);
  });

  it('loses nothing when its whole folder was deleted', async () => {
    await fill();
    const before = await kept();
    rmSync(folder, { recursive: true });
    await store.checkWritable(NOW);
    expect(await kept()).toEqual(before);
    // What is made anew is closed to others, too.
    const modeOf = (one: string): string => (statSync(one).mode & 0o777).toString(8);
    if (process.platform !== 'win32') expect([folder, path].map(modeOf)).toEqual(['700', '600']);
  });

  it('is waited for when its disk was taken away: a new one would lie on another disk, and hide the right one later', async () => {
    await fill();
    const before = await kept();
    renameSync(path, `${path}.elsewhere`);
    const spy = jest.spyOn(files, 'deviceOfPlace').mockReturnValue(-1);
    await expect(store.checkWritable(NOW)).rejects.toMatchObject({ code: 'STORE_GONE' });
    spy.mockRestore();
    renameSync(`${path}.elsewhere`, path);
    await store.checkWritable(NOW);
    expect(await kept()).toEqual(before);
    expect(aside).toEqual([]);
  });

  it('goes on with the right file when it was taken away and put back', async () => {
    await fill();
    renameSync(path, `${path}.elsewhere`);
    renameSync(`${path}.elsewhere`, path);
    await store.checkWritable(NOW);
    expect(aside).toEqual([]);
  });

  it('heals when it was emptied', async () => {
    await fill();
    settle();
    const file = openSync(path, 'r+');
    ftruncateSync(file, 0);
    closeSync(file);
    await touchAll();
    expect((await kept()).at(-1)).toBe('{"id":"new"}');
  });

  it('heals when something was written behind its end or over its log', async () => {
    await fill();
    appendFileSync(`${path}-wal`, Buffer.alloc(5_000, 7));
    await touchAll();
    expect((await kept()).length).toBe(1_001);
  });

  it('is replaced once by two who find out at the same time, and both go on with one file', async () => {
    await fill();
    settle();
    const second = open();
    await second.inbox.subscribe('other workflow', 'bot');
    settle();
    scribble(Math.floor(statSync(path).size / 2 / 4096) * 4096, 8192);
    const results = await Promise.all([touchAll(), second.inbox.messagesAfter('bot', 0, 1e6)]);
    expect(results).toBeDefined();
    await second.inbox.receive(batch([message('from the other')]));
    expect(aside).toHaveLength(1);
    expect((await kept()).at(-1)).toBe('{"id":"from the other"}');
    await second.close();
  });

  it('does not fill the disk when it is damaged again and again', async () => {
    for (let i = 0; i < 3; i++) {
      settle();
      spoil();
      await store.inbox.receive(batch([message(`m${i}`)]));
    }
    settle();
    spoil();
    await expect(store.inbox.receive(batch([message('one more')]))).rejects.toThrow('STORE_DAMAGED');
    expect(aside).toHaveLength(3);
  });

  it('is opened at once when it is large, whatever is in it; all of it is read on another thread, and then it heals', async () => {
    for (let page = 0; page < 50; page++) {
      const messages = Array.from({ length: 50 }, (_, i) =>
        message(`${page}-${i}`, { body: JSON.stringify({ text: 'x'.repeat(1_000) }) }),
      );
      await store.inbox.receive(batch(messages));
    }
    settle();
    await store.close();
    expect(statSync(path).size).toBeGreaterThan(2 * 1024 * 1024);
    scribble(Math.floor(statSync(path).size / 2 / 4096) * 4096, 8192);
    const all = jest.spyOn(Database.prototype, 'all');
    const place = { path, now: () => NOW, onSetAside: (file: SetAside) => aside.push(file) };
    store = await SqliteStore.openInTurn(place, ({ code }, error) => {
      throw new Error(code, { cause: error });
    });
    expect(all.mock.calls.flat().filter((sql) => String(sql).includes('quick_check'))).toEqual([]);
    all.mockRestore();
    await store.checked;
    expect(aside).toMatchObject([{ reason: 'damaged' }]);
    const { length } = await kept();
    expect(length).toBeGreaterThan(2_400);
    expect(length).toBeLessThan(2_500);
  });
});
