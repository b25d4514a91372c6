import {
  STORE_CHOICE,
  STORE_DAMAGED,
  STORE_DENIED,
  STORE_FULL,
  STORE_GONE,
  STORE_IN_DOUBT,
  STORE_NEWER,
  STORE_NOT_SHARED,
  STORE_ON_NETWORK,
  STORE_READ_ONLY,
  STORE_TABLES_GONE,
  STORE_UNREACHABLE,
} from '../store/store';

/**
 * Why nothing can be kept.
 * - `full`: the disk.
 * - `busy`: another program holds the file.
 * - `gone`: the disk was taken away while the store was open.
 * - `damaged`: the file, again and again.
 * - `newer`: a later version of this package wrote it.
 * - `not_writable`: the folder or the file.
 * - `on_network`: the folder is on a network file system.
 * - `not_shared`: the main process does not use this store.
 * - `disk_fails`: it can neither be read nor written.
 * - `no_such_store`: the environment names one that there is not.
 * - `database_…`: of a PostgreSQL database, see the codes in store/store.ts.
 */
export type StoreTroubleCode =
  | 'full'
  | 'busy'
  | 'gone'
  | 'damaged'
  | 'newer'
  | 'not_writable'
  | 'disk_fails'
  | 'no_such_store'
  | 'database_unreachable'
  | 'database_denied'
  | 'database_full'
  | 'database_read_only'
  | 'database_in_doubt'
  | 'database_tables_gone'
  | 'database_newer'
  | 'on_network'
  | 'not_shared'
  | 'unknown';

/** `receiving`: no messages are fetched. `action`: what a node was to do was not begun. */
type Stopped = 'receiving' | 'action';

/** The store could not be opened, read or written. */
export class StoreTrouble extends Error {
  readonly code: StoreTroubleCode;
  /** `seen`: the code of SQLite or of the system, or the kind of the error. `stopped`: what could not be done because of it. */
  readonly facts: { seen: string; stopped: Stopped };

  constructor(
    override readonly cause: unknown,
    stopped: Stopped = 'receiving',
  ) {
    const [code, seen] = [codeOf(cause), seenIn(cause)];
    super(`${code}, ${seen}`);
    this.name = 'StoreTrouble';
    this.code = code;
    this.facts = { seen, stopped };
  }
}

/** Kinds of SQLite's errors: the low byte of the extended code. */
const BY_KIND: ReadonlyMap<unknown, StoreTroubleCode> = new Map([
  [5, 'busy'],
  [8, 'not_writable'],
  [10, 'disk_fails'],
  [13, 'full'],
  [14, 'not_writable'],
]);

const BY_CODE: ReadonlyMap<unknown, StoreTroubleCode> = new Map<unknown, StoreTroubleCode>([
  [STORE_GONE, 'gone'],
  [STORE_DAMAGED, 'damaged'],
  [STORE_NEWER, 'newer'],
  [STORE_CHOICE, 'no_such_store'],
  [STORE_UNREACHABLE, 'database_unreachable'],
  [STORE_DENIED, 'database_denied'],
  [STORE_FULL, 'database_full'],
  [STORE_READ_ONLY, 'database_read_only'],
  [STORE_IN_DOUBT, 'database_in_doubt'],
  [STORE_TABLES_GONE, 'database_tables_gone'],
  [STORE_ON_NETWORK, 'on_network'],
  [STORE_NOT_SHARED, 'not_shared'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  // The right is missing, or something else lies where the folder or the file should be.
  ...['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'EISDIR'].map(
    (code): [string, StoreTroubleCode] => [code, 'not_writable'],
  ),
]);

function codeOf(cause: unknown): StoreTroubleCode {
  const { errcode, code, isDatabase } = Object(cause) as Record<string, unknown>;
  if (code === STORE_NEWER && isDatabase) return 'database_newer';
  const kind = typeof errcode === 'number' ? errcode & 0xff : undefined;
  return BY_KIND.get(kind) ?? BY_CODE.get(code) ?? 'unknown';
}

function seenIn(cause: unknown): string {
  const { errcode, code, name, seen } = Object(cause) as Record<string, unknown>;
  if (typeof seen === 'string') return seen;
  if (typeof errcode === 'number') return `SQLite ${errcode}`;
  return typeof code === 'string' ? code : String(name ?? 'unknown');
}
