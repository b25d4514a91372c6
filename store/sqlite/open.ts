import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { SetAside, Unusable } from '../report';
import { STORE_NEWER } from '../store';
import { Database } from './database';
import { elsewhere } from './elsewhere';
import { UnusableFile, mayBeDamage, unusableBecause } from './failures';
import { createPrivately, moveDatabase, removeDatabase, setAside } from './files';
import { refuseNetworkFolder, type FolderFacts } from './network-folder';
import { lockOpening, lockOpeningInTurn } from './opening-lock';
import { salvage, startCounting, type Saved } from './salvage';
import { APPLICATION_ID, MIGRATIONS, missingIn } from './schema';
import { atOnce, stepwise, type Steps } from './steps';
import { whenFree } from './when-free';

/**
 * How long a statement waits for another connection, and everybody else in this process with it. Transactions take about a
 * millisecond; whoever finds the lock still taken then waits without holding up anybody (see {@link Access}).
 */
const BUSY_TIMEOUT_MS = 5;
/** How long to wait until another process lets go of it. */
const TIMEOUT_MS = 25_000;
/** What is larger is checked and brought up to date on another thread: to read all of it takes 2 ms per megabyte. */
const SMALL_BYTES = 2 * 1024 * 1024;

/** Where the file lies, and who is told when another one had to take its place. */
export interface Place {
  path: string;
  /** Milliseconds since 1970. */
  now: () => number;
  onSetAside: (file: SetAside) => void;
  /** Whether it may lie on a network file system: somebody knows that one process uses it, on one machine. */
  allowsNetwork?: boolean;
  /** What is known of the folder; asked of the system without it. */
  folder?: FolderFacts;
}

/**
 * Opens the database, and makes it where there is none. A file that is damaged or not ours is set aside and never deleted; a new
 * one takes its place, with everything that could be read of it. One of a newer version stays where it is: during an update a
 * process with the old version would else take it away from one with the new version, with all messages that wait in it.
 *
 * It waits for nobody, and reads all of the file: whoever must not stand still has {@link openInTurn}.
 *
 * @param now milliseconds since 1970, for the name of a file that is set aside
 * @param onSetAside told when that happened
 * @throws when the folder or the file cannot be written, when another process opens it right now, and with the code
 *   {@link STORE_NEWER}
 */
export function openDatabase(path: string, now: number, onSetAside: (file: SetAside) => void): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = lockOpening(path);
  try {
    const database = atOnce(opening({ path, now: () => now, onSetAside }));
    return database;
  } finally {
    lock.release();
  }
}

/** The same, and holds up nobody: neither while another process opens the file, nor however large it is. */
export async function openInTurn(place: Place): Promise<Database> {
  mkdirSync(dirname(place.path), { recursive: true, mode: 0o700 });
  if (!place.allowsNetwork) await refuseNetworkFolder(dirname(place.path), place.folder);
  const lock = await lockOpeningInTurn(place.path);
  try {
    if (isLarge(place.path)) await migrateElsewhere(place.path);
    // A process that has it open may be writing, or closing it.
    return await whenFree(() => stepwise(opening(place)), TIMEOUT_MS);
  } finally {
    lock.release();
  }
}

/** Whether everything in a file can be read; on another thread. @throws when that could not be found out */
export async function isSound(path: string): Promise<boolean> {
  const [problem] = await elsewhere({ path, query: 'PRAGMA quick_check(1)' });
  return problem?.quick_check === 'ok';
}

/** Whether to read all of it takes longer than anybody may be held up. */
export function isLarge(path: string): boolean {
  const bytes = [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return bytes[0]! + bytes[1]! > SMALL_BYTES;
}

function* opening(place: Place): Steps<Database> {
  createPrivately(place.path);
  try {
    return tryOpen(place.path);
  } catch (error) {
    const reason = unusableBecause(error);
    if (reason === undefined) throw error;
    return yield* beginAnew(place, reason);
  }
}

/**
 * Puts a new file in the place of one that cannot be used. It is made beside it and gets its name when everything is in it, so
 * whatever happens meanwhile, nothing is lost by it. To be called with the lock for opening.
 *
 * @param held still reads a file that was deleted
 */
export function* beginAnew(place: Place, reason: Unusable, held?: Database): Steps<Database> {
  const { path, now } = place;
  const next = `${path}.next`;
  removeDatabase(next);
  createPrivately(next);
  const source = held ?? readable(path, reason);
  const fresh = tryOpen(next);
  let saved: Saved;
  try {
    saved = source ? yield* salvage(source, fresh, now()) : startCounting(fresh, now());
    fresh.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!held) source?.close();
    throw error;
  } finally {
    fresh.close();
  }
  const aside = replace(path, next, now(), held ? undefined : source);
  place.onSetAside({ reason, path: aside, saved });
  return tryOpen(path);
}

/** @returns where the old file lies now; empty when there was none */
function replace(path: string, next: string, now: number, source: Database | undefined): string {
  // Windows moves no file that is open. Elsewhere it is closed afterwards, so that SQLite writes nothing more into it.
  if (process.platform === 'win32') source?.close();
  const aside = existsSync(path) ? setAside(path, now) : '';
  if (process.platform !== 'win32') source?.close();
  // The log of a file that is gone would be taken for that of the new one.
  removeDatabase(path);
  moveDatabase(next, path);
  return aside;
}

/** A file of which something may be read. Nobody writes into it from now on, if that can be helped. */
function readable(path: string, reason: Unusable): Database | undefined {
  if (reason !== 'damaged') return undefined;
  try {
    const source = new Database(new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS }));
    try {
      source.exec('BEGIN IMMEDIATE');
    } catch {
      // Then it is only read.
    }
    return source;
  } catch {
    return undefined;
  }
}

/** Opens a file that can be used. @throws UnusableFile, or what SQLite says */
export function tryOpen(path: string): Database {
  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    const database = new Database(connection);
    check(database, isLarge(path));
    // Before the first table: afterwards it needs a VACUUM.
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL');
    database.exec('PRAGMA foreign_keys = ON');
    // Long before that, another thread does it (see WriteAheadLog). No limit for the size of the log either: SQLite would shorten
    // it in the middle of a commit on this thread, which takes 50 ms for 100 MB.
    database.exec('PRAGMA wal_autocheckpoint = 50000');
    // What is deleted is overwritten, so that nobody finds it in the file.
    database.exec('PRAGMA secure_delete = ON');
    migrate(database);
    if (missingIn(database)) throw new UnusableFile('damaged');
    return database;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function check(database: Database, large: boolean): void {
  const [problem] = large ? [] : database.all<{ quick_check: string }>('PRAGMA quick_check(1)');
  if (problem && problem.quick_check !== 'ok') throw new UnusableFile('damaged');
  const empty = pragma(database, 'schema_version') === 0;
  if (!empty && pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new UnusableFile('foreign_database');
  }
  if (pragma(database, 'user_version') > MIGRATIONS.length) {
    throw Object.assign(new Error(STORE_NEWER), { code: STORE_NEWER });
  }
}

function migrate(database: Database): void {
  const from = pragma(database, 'user_version');
  if (from === MIGRATIONS.length) return;
  try {
    database.transaction(
      () => stepsFrom(pragma(database, 'user_version')).forEach((sql) => database.exec(sql)),
      true,
    );
  } catch (error) {
    // A table is missing that an earlier version had.
    throw mayBeDamage(error) && unusableBecause(error) === undefined ? new UnusableFile('damaged') : error;
  }
}

/** To be called with the lock for opening. What goes wrong here goes wrong again when the file is opened. */
async function migrateElsewhere(path: string): Promise<void> {
  try {
    const [row] = await elsewhere({
      path,
      query: 'SELECT * FROM pragma_user_version, pragma_application_id',
    });
    const { user_version: from, application_id: id } = row as Record<string, number>;
    if (id !== APPLICATION_ID || from! >= MIGRATIONS.length) return;
    const pragmas = ['PRAGMA secure_delete = ON', 'BEGIN IMMEDIATE'];
    await elsewhere({ path, script: [...pragmas, ...stepsFrom(from!), 'COMMIT'] });
  } catch {
    return;
  }
}

function stepsFrom(version: number): string[] {
  const marks = [`PRAGMA user_version = ${MIGRATIONS.length}`, `PRAGMA application_id = ${APPLICATION_ID}`];
  return [...MIGRATIONS.slice(version), ...marks];
}

function pragma(database: Database, name: 'schema_version' | 'application_id' | 'user_version'): number {
  const row = database.get<Record<string, number>>(`PRAGMA ${name}`);
  return row?.[name] ?? 0;
}
