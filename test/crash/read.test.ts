import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { readRows } from './read';

afterAll(removeTempFolders);

/** Has the file for itself for a moment, like a process that finds the log of one that was killed. */
const KEEPS_THE_FILE = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1]);
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)');
  process.stdout.write('mine');
  setTimeout(() => database.close(), 300);
`;

it('waits for a process that has the file for itself', async () => {
  const path = join(tempFolder(), 'database.sqlite');
  const other = spawn(process.execPath, ['-e', KEEPS_THE_FILE, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(other.stdout, 'data');
  expect(readRows(path, 'SELECT x FROM t WHERE x = ?', 1)).toEqual([{ x: 1 }]);
});
