import { constants } from 'node:fs';
import { access, chmod, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { Problem } from './exit';
import { USAGE_PROBLEMS } from './texts';

/** Readable and writable by its owner only. */
const OWNER_ONLY = 0o600;

/**
 * Writes a file that holds a secret: whole or not at all, for its owner only, in the place of an older one.
 *
 * @throws Problem when it cannot be written
 */
export async function writeSecretFile(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, content, { mode: OWNER_ONLY, flag: 'wx' });
    await chmod(unfinished, OWNER_ONLY);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw unwritable(path, error);
  }
}

/** Asks before a login whether its end could be written. @throws Problem when it could not */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(resolve(path)), constants.W_OK);
    const present = await stat(path).catch(() => undefined);
    if (present?.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): Problem {
  const { code } = Object(error) as { code?: unknown };
  return new Problem(USAGE_PROBLEMS.unwritable(path, typeof code === 'string' ? code : undefined));
}
