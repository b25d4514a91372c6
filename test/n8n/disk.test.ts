import { execFileSync } from 'node:child_process';
import fs, { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Database } from '../../store/sqlite/database';
import { SqliteStore } from '../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { bundleChild, Child } from './harness/children';
import { eventually } from './harness/eventually';
import { TestProcess, type Heard } from './harness/process';
import { Stage, type Person } from './harness/stage';

const HOLD_MS = 35_000;
const LONG_MS = 600_000;

let stage: Stage;
let owner: Person;
let n8n: TestProcess;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => {
  owner = stage.newOwner();
  n8n = new TestProcess(stage);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await n8n.stop();
});
afterAll(() => stage.close());
afterAll(removeTempFolders);

const polls = (): number => stage.server.polls(owner.botId);
const pollCount = (): number => stage.server.requests('getupdates').length;
/** The store's connection to SQLite, on which a disk can be made to seem full. */
const databaseOf = (process: TestProcess): Database =>
  (process.store as unknown as { database: Database }).database;

/** One failed execution that says `what`, one status item, and no poll, however long it lasts. */
async function saysOnceAndWaits(heard: Heard, what: RegExp): Promise<void> {
  await n8n.until(() => heard.log.failedExecutions.length > 0);
  const before = pollCount();
  await n8n.clock.advance(LONG_MS);
  expect(pollCount()).toBe(before);
  expect(polls()).toBe(0);
  expect(heard.log.failedExecutions).toHaveLength(1);
  expect(heard.log.failedExecutions[0]).toMatchObject({
    message: expect.stringMatching(what),
    description: expect.stringContaining('WeChat keeps them'),
  });
  expect(heard.statuses.at(-1)).toMatchObject({ state: 'cannot_keep', needsPerson: true });
  expect(heard.states.filter((state) => state === 'cannot_keep')).toHaveLength(1);
}

async function comesBack(heard: Heard, ...texts: string[]): Promise<void> {
  await n8n.until(() => heard.texts.length >= texts.length && polls() === 1);
  expect(heard.texts).toEqual(texts);
  // The state is told when a poll was answered.
  await n8n.clock.advance(HOLD_MS);
  stage.server.clock.advance(HOLD_MS);
  await n8n.until(() => heard.states.at(-1) === 'connected' && polls() === 1);
  expect(heard.log.failedExecutions).toHaveLength(1);
}

describe('A folder that cannot be written', () => {
  test('when the workflow starts: says what to do once, polls nothing, and goes on by itself afterwards', async () => {
    const inTheWay = join(tempFolder(), 'a file');
    writeFileSync(inTheWay, '');
    n8n = new TestProcess(stage, undefined, () =>
      SqliteStore.open(join(inTheWay, 'wechat-ilink', 'wechat.sqlite'), 0, () => undefined),
    );
    const heard = await n8n.listen(owner, { statusItems: true });
    await owner.writes('a');
    await saysOnceAndWaits(heard, /The folder for WeChat messages cannot be written/);
    rmSync(inTheWay);
    await comesBack(heard, 'a');
  });

  test('from one moment to the next', async () => {
    const heard = await n8n.listen(owner, { statusItems: true });
    await eventually(() => polls() === 1);
    databaseOf(n8n).exec('PRAGMA query_only = 1');
    await n8n.clock.advance(HOLD_MS);
    stage.server.clock.advance(HOLD_MS);
    await eventually(() => polls() === 0);
    await owner.writes('a');
    await saysOnceAndWaits(heard, /The folder for WeChat messages cannot be written/);
    databaseOf(n8n).exec('PRAGMA query_only = 0');
    await comesBack(heard, 'a');
  });

  test('while a workflow is switched on', async () => {
    const other = await n8n.listen(stage.newOwner());
    databaseOf(n8n).exec('PRAGMA query_only = 1');
    const heard = await n8n.listen(owner, { statusItems: true });
    await owner.writes('a');
    await saysOnceAndWaits(heard, /The folder for WeChat messages cannot be written/);
    databaseOf(n8n).exec('PRAGMA query_only = 0');
    await comesBack(heard, 'a');
    expect(other.log.fatal).toEqual([]);
  });
});

describe('A disk that is full', () => {
  /** Says of the disk of the store that so many bytes are free. */
  function freeBytes(bytes: number): void {
    const { statfsSync } = fs;
    jest.spyOn(fs, 'statfsSync').mockImplementation(((folder: string) => {
      const real = statfsSync(folder);
      return folder === dirname(n8n.path) ? { ...real, bavail: bytes / real.bsize, bsize: real.bsize } : real;
    }) as typeof statfsSync);
  }

  test('nearly: the poll stops before it takes what it could not keep', async () => {
    freeBytes(1_000_000);
    const heard = await n8n.listen(owner, { statusItems: true });
    await owner.writes('a');
    await saysOnceAndWaits(heard, /The disk is full/);
    jest.restoreAllMocks();
    await comesBack(heard, 'a');
  });

  test('in the middle of a message: it is held until there is room, and then handed over once', async () => {
    const heard = await n8n.listen(owner, { statusItems: true });
    await eventually(() => polls() === 1);
    const database = databaseOf(n8n);
    // Pages that the migrations left free would be room.
    database.exec('PRAGMA incremental_vacuum');
    const { page_count } = database.get<{ page_count: number }>('PRAGMA page_count')!;
    database.all(`PRAGMA max_page_count = ${page_count}`);
    await owner.writes('long '.repeat(3_000));
    await owner.writes('b');
    await saysOnceAndWaits(heard, /The disk is full/);
    database.all('PRAGMA max_page_count = 1000000');
    await comesBack(heard, 'long '.repeat(3_000), 'b');
  });

  test('for real, in a process whose files may not grow: it stops, and loses nothing when it may again', async () => {
    const credential = stage.n8n.credentials.stored.get(owner.credential)!;
    const store = join(tempFolder(), 'wechat.sqlite');
    const task = { store, workflow: 'w', mode: 'trigger', credential } as const;
    const child = Child.startWithFileLimit(bundleChild(), task, 600);
    try {
      await eventually(() => polls() === 1);
      const texts: string[] = [];
      const write = async (): Promise<void> => {
        texts.push(`${texts.length} ${'x'.repeat(16_000)}`);
        await owner.writes(texts.at(-1)!);
      };
      while (!child.states.includes('cannot_keep') && texts.length < 200) {
        await write();
        const seen = (): boolean => child.texts.length === texts.length && polls() === 1;
        await eventually(() => seen() || child.states.includes('cannot_keep'));
      }
      expect(child.states.at(-1)).toBe('cannot_keep');
      const before = pollCount();
      await write();
      await write();
      expect([pollCount(), polls()]).toEqual([before, 0]);
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
      await eventually(() => child.texts.length >= texts.length, 10_000);
      expect(child.texts).toEqual(texts);
      expect(child.states.at(-1)).toBe('connected');
    } finally {
      await child.kill();
    }
  });
});
