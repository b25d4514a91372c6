import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { STORE_NEWER } from '../store';
import { Database } from './database';
import { APPLICATION_ID, MIGRATIONS } from './schema';

/** How long a statement waits for another process. Its transactions take about a millisecond. */
const BUSY_LIMIT_MS = 5_000;
/** How long to wait for another process to open the file: it reads all of it. */
const OPENING_LIMIT_MS = 15_000;
/** Kinds of SQLite's errors. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const COMPANIONS = ['', '-wal', '-shm'];

/** What happened to a file that could not be used. */
export interface SetAside {
  reason: string;
  /** Where it lies now. */
  path: string;
}

/**
 * Opens the database, and makes it where there is none. A file that is damaged or not ours is set aside and never deleted; a new
 * one takes its place. One of a newer version stays where it is: while n8n is updated, a process with the old version would else
 * take it away from one with the new version, with all messages that wait in it.
 *
 * @param now milliseconds since 1970, for the name of a file that is set aside
 * @param onSetAside told when that happened
 * @throws when the folder or the file cannot be written, and with the code {@link STORE_NEWER}
 */
export function openDatabase(path: string, now: number, onSetAside: (file: SetAside) => void): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return oneAtATime(`${path}.opening`, () => {
    createPrivately(path);
    try {
      return tryOpen(path);
    } catch (error) {
      const reason = unusableBecause(error);
      if (reason === undefined) throw error;
      onSetAside({ reason, path: setAside(path, now) });
      createPrivately(path);
      return tryOpen(path);
    }
  });
}

/**
 * Runs `action` while no other process does. Two that open a new file at once would fail: SQLite does not wait while it turns a
 * file into one with a write-ahead log. And two that find a damaged one would set the new one of each other aside. The lock is
 * SQLite's own, on an empty file beside ours, so it ends with the process whatever happens.
 */
function oneAtATime<Result>(lockPath: string, action: () => Result): Result {
  createPrivately(lockPath);
  const lock = new DatabaseSync(lockPath, { timeout: OPENING_LIMIT_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return action();
  } finally {
    lock.close();
  }
}

/** @returns where it lies now */
function setAside(path: string, now: number): string {
  const aside = `${path}.set-aside-${new Date(now).toISOString().replace(/[:.]/g, '-')}`;
  for (const suffix of COMPANIONS) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

/** A file that cannot be used although SQLite can read it. */
class ForeignFile extends Error {}

function unusableBecause(error: unknown): string | undefined {
  if (error instanceof ForeignFile) return error.message;
  const kind = kindOf(error);
  if (kind === CORRUPT) return 'it is damaged';
  return kind === NOT_A_DATABASE ? 'it is not a database' : undefined;
}

/** The low byte of the code is the kind of the error; 0 when it is none of SQLite's. */
function kindOf(error: unknown): number {
  const { errcode } = Object(error) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : 0;
}

/** Made before SQLite opens it, because SQLite gives its companions the mode of the file. */
function createPrivately(path: string): void {
  if (existsSync(path)) return chmodSync(path, 0o600);
  closeSync(openSync(path, 'a', 0o600));
}

function tryOpen(path: string): Database {
  const connection = new DatabaseSync(path, { timeout: BUSY_LIMIT_MS });
  try {
    const database = new Database(connection);
    check(database);
    // Before the first table: afterwards it needs a VACUUM.
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL');
    database.exec('PRAGMA journal_size_limit = 16777216; PRAGMA foreign_keys = ON');
    migrate(database);
    return database;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function check(database: Database): void {
  const [problem] = database.all<{ quick_check: string }>('PRAGMA quick_check(1)');
  if (problem?.quick_check !== 'ok') throw new ForeignFile('it is damaged');
  const empty = pragma(database, 'schema_version') === 0;
  if (!empty && pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new ForeignFile('it is a database of another program');
  }
  if (pragma(database, 'user_version') > MIGRATIONS.length) {
    throw Object.assign(new Error('A newer version wrote the file'), { code: STORE_NEWER });
  }
}

function migrate(database: Database): void {
  database.transaction(() => {
    for (let step = pragma(database, 'user_version'); step < MIGRATIONS.length; step++) {
      database.exec(MIGRATIONS[step]!);
      database.exec(`PRAGMA user_version = ${step + 1}`);
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  }, true);
}

function pragma(database: Database, name: 'schema_version' | 'application_id' | 'user_version'): number {
  const row = database.get<Record<string, number>>(`PRAGMA ${name}`);
  return row?.[name] ?? 0;
}
