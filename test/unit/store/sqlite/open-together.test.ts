import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

import { openDatabase } from '../../../../store/sqlite/open';
import { APPLICATION_ID } from '../../../../store/sqlite/schema';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';
import type { Opened } from './opener';

const PROCESSES = 3;
const FILES = 60;

/** Writes into a file that is not in WAL mode yet, again and again, as a process does that is still making it. */
const STILL_AT_IT = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1], { timeout: 5000 });
  database.exec('PRAGMA application_id = ${APPLICATION_ID}');
  const endAt = Date.now() + 400;
  for (let told = false; Date.now() < endAt; told = true) {
    database.exec('BEGIN IMMEDIATE');
    if (!told) require('node:fs').writeSync(1, 'x');
    for (const until = Date.now() + 20; Date.now() < until; );
    database.exec('COMMIT');
  }
  database.close();
`;

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});
afterAll(removeTempFolders);

function openers(): ChildProcess[] {
  const outfile = join(folder, 'opener.cjs');
  buildSync({
    entryPoints: [join(__dirname, 'opener.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  children.push(...Array.from({ length: PROCESSES }, () => fork(outfile)));
  return [...children];
}

test('processes that come to a new file at the same time all get it, with everything that each of them writes', async () => {
  const processes = openers();
  const open = async (path: string): Promise<Opened[]> => {
    const answers = processes.map(async (one) => {
      one.send(path);
      const [opened] = (await once(one, 'message')) as [Opened];
      return opened;
    });
    return Promise.all(answers);
  };
  for (let file = 0; file < FILES; file++) {
    const path = join(folder, String(file), 'wechat.sqlite');
    expect(await open(path)).toEqual(processes.map(() => ({ path })));
    const database = openDatabase(path, 0, () => undefined);
    expect(database.all('SELECT connection FROM cursors')).toHaveLength(PROCESSES);
    database.close();
  }
});

test('a process that finds another one still making the file waits for it', async () => {
  const path = join(folder, 'wechat.sqlite');
  const other = spawn(process.execPath, ['-e', STILL_AT_IT, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(other);
  await once(other.stdout, 'data');
  const database = openDatabase(path, 0, () => undefined);
  expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
  database.close();
});
