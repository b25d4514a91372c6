import { existsSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { elsewhere } from './elsewhere';
import { COMPANIONS, isSetAside, removeDatabase } from './files';
import { pause } from './steps';

/** Somebody else who reads right now keeps the log from being emptied. */
const TRIES = 5;
const WAIT_MS = 1_000;
const BETWEEN_MS = 200;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes the file anew without what was deleted, on another thread, and empties the log that SQLite writes before it. What is
 * deleted is overwritten at once; but a page that was rearranged may still hold a copy of what lay on it before.
 *
 * @returns whether that could be done
 */
export async function overwriteAll(path: string): Promise<boolean> {
  const script = ['PRAGMA secure_delete = ON', 'VACUUM'];
  const done = await elsewhere({ path, script }).then(
    () => true,
    () => false,
  );
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) await pause(BETWEEN_MS);
    const query = 'PRAGMA wal_checkpoint(TRUNCATE)';
    const emptied = await elsewhere({ path, query, timeoutMs: WAIT_MS }).catch(() => []);
    if (emptied[0]?.busy === 0) return done;
  }
  return false;
}

/**
 * Deletes files that were set aside because they could not be used, when one of these names stands in them: nobody can take
 * a bot out of a file that is damaged, and what could be read was carried over.
 *
 * @returns how many
 */
export async function deleteSetAside(path: string, names: readonly string[]): Promise<number> {
  const wanted = names.filter((name) => name !== '').map((name) => Buffer.from(name));
  const found = (await readdir(dirname(path))).filter((name) => isSetAside(name, basename(path)));
  const files = found.filter((name) => !COMPANIONS.some((suffix) => suffix && name.endsWith(suffix)));
  let deleted = 0;
  for (const name of files) {
    const file = join(dirname(path), name);
    if (!(await namesOneOf(file, wanted))) continue;
    removeDatabase(file);
    deleted++;
  }
  return deleted;
}

async function namesOneOf(file: string, names: Buffer[]): Promise<boolean> {
  for (const suffix of COMPANIONS) {
    if (existsSync(file + suffix) && (await holdsOneOf(file + suffix, names))) return true;
  }
  return false;
}

/** Reads a file part by part; what lies across two parts is found, too. */
async function holdsOneOf(file: string, names: Buffer[]): Promise<boolean> {
  const overlap = Math.max(0, ...names.map(({ length }) => length));
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES + overlap);
    for (let at = 0; ; at += CHUNK_BYTES) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      const part = buffer.subarray(0, bytesRead);
      if (names.some((name) => part.includes(name))) return true;
      if (bytesRead < buffer.length) return false;
    }
  } finally {
    await handle.close();
  }
}
