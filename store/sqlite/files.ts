import { chmodSync, closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** SQLite keeps these beside the file itself. */
export const COMPANIONS: readonly string[] = ['', '-wal', '-shm'];
const SET_ASIDE = '.set-aside-';

/** Made before SQLite opens it, because SQLite gives its companions the mode of the file. */
export function createPrivately(path: string): void {
  if (existsSync(path)) return chmodSync(path, 0o600);
  closeSync(openSync(path, 'a', 0o600));
}

/** @param now milliseconds since 1970, for the name. @returns where it lies now */
export function setAside(path: string, now: number): string {
  const name = `${path}${SET_ASIDE}${new Date(now).toISOString().replace(/[:.]/g, '-')}`;
  let aside = name;
  for (let n = 2; existsSync(aside); n++) aside = `${name}-${n}`;
  moveDatabase(path, aside);
  return aside;
}

/** Moves a database with what SQLite keeps beside it. */
export function moveDatabase(from: string, to: string): void {
  for (const suffix of COMPANIONS) {
    if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
  }
}

/** Deletes a database with what SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of COMPANIONS) rmSync(path + suffix, { force: true });
}

/** Whether a name in the folder of `file` is that of one that was set aside. */
export function isSetAside(name: string, file: string): boolean {
  return name.startsWith(`${file}${SET_ASIDE}`);
}

/** Which file lies there now, as far as the system numbers them; nothing when there is none. */
export function fileNumber(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** On which disk a path lies, or would lie if it were made. */
export function deviceOfPlace(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? found.dev : deviceOfPlace(dirname(path));
}
