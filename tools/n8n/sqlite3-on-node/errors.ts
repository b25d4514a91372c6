/** SQLite's primary result codes, https://sqlite.org/rescode.html */
export const RESULT_CODES = {
  OK: 0,
  ERROR: 1,
  INTERNAL: 2,
  PERM: 3,
  ABORT: 4,
  BUSY: 5,
  LOCKED: 6,
  NOMEM: 7,
  READONLY: 8,
  INTERRUPT: 9,
  IOERR: 10,
  CORRUPT: 11,
  NOTFOUND: 12,
  FULL: 13,
  CANTOPEN: 14,
  PROTOCOL: 15,
  EMPTY: 16,
  SCHEMA: 17,
  TOOBIG: 18,
  CONSTRAINT: 19,
  MISMATCH: 20,
  MISUSE: 21,
  NOLFS: 22,
  AUTH: 23,
  FORMAT: 24,
  RANGE: 25,
  NOTADB: 26,
} as const;

const NAMES = new Map<number, string>(Object.entries(RESULT_CODES).map(([name, code]) => [code, name]));

export interface Sqlite3Error extends Error {
  errno: number;
  code: string;
}

/**
 * node:sqlite's error in the shape of node-sqlite3, which n8n looks at (`code === 'SQLITE_CONSTRAINT'`, `errno`, and the code
 * at the start of the message).
 */
export function toSqlite3Error(error: unknown): Sqlite3Error {
  const { errcode, message } = error as { errcode?: number; message: string };
  // The low byte of an extended code is the primary one: 2067 (unique index) is a 19 (constraint). Errors of node:sqlite
  // itself, such as a closed database or too many parameters, carry none; node-sqlite3 calls those misuse.
  const errno = errcode === undefined ? RESULT_CODES.MISUSE : errcode & 0xff;
  const code = `SQLITE_${NAMES.get(errno) ?? 'ERROR'}`;
  return Object.assign(new Error(`${code}: ${message}`, { cause: error }), { errno, code });
}
