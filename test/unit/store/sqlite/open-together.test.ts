import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

import { openDatabase } from '../../../../store/sqlite/open';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';
import type { Opened } from './opener';

const PROCESSES = 4;
const FILES = 20;

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

/** Has all of them open `path` at once. */
async function openTogether(processes: ChildProcess[], path: string): Promise<Opened[]> {
  const answers = processes.map(async (one) => {
    one.send(path);
    const [opened] = (await once(one, 'message')) as [Opened];
    return opened;
  });
  return Promise.all(answers);
}

function rowsIn(path: string): unknown[] {
  const database = openDatabase(path, 0, () => undefined);
  const rows = database.all('SELECT connection FROM cursors');
  database.close();
  return rows;
}

test('processes that come to a new file at the same time all get it, with everything that each of them writes', async () => {
  const processes = openers();
  for (let file = 0; file < FILES; file++) {
    const path = join(folder, String(file), 'wechat.sqlite');
    expect(await openTogether(processes, path)).toEqual(processes.map(() => ({ path })));
    expect(rowsIn(path)).toHaveLength(PROCESSES);
  }
});

test('processes that find a file of somebody else at the same time set it aside once, and use one new one', async () => {
  const processes = openers();
  for (let file = 0; file < FILES; file++) {
    const path = join(folder, `foreign-${file}`);
    writeFileSync(
      path,
      'not a database, and longer than the header of one, so that SQLite sees what it is. '.repeat(2),
    );
    const opened = await openTogether(processes, path);
    expect(opened.filter(({ failure }) => failure !== undefined)).toEqual([
      { path, failure: 'set aside: not_a_database' },
    ]);
    expect(rowsIn(path)).toHaveLength(PROCESSES);
  }
});
