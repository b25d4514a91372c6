import type { Unusable } from '../report';

/** Kinds of SQLite's errors: the low byte of the extended code. */
const ERROR = 1;
const BUSY = 5;
const IO_ERROR = 10;
const CORRUPT = 11;
const PROTOCOL = 15;
const NOT_A_DATABASE = 26;

/** A file that cannot be used although SQLite can read it. */
export class UnusableFile extends Error {
  constructor(readonly reason: Unusable) {
    super(reason);
  }
}

/** The kind of the error; 0 when it is none of SQLite's. */
function kindOf(error: unknown): number {
  const { errcode } = Object(error) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : 0;
}

/** Whether another connection had the file just then, so that the same may work a moment later. */
export function isBusy(error: unknown): boolean {
  const kind = kindOf(error);
  return kind === BUSY || kind === PROTOCOL;
}

/** Why a file cannot be used at all; nothing when the error says something else. */
export function unusableBecause(error: unknown): Unusable | undefined {
  if (error instanceof UnusableFile) return error.reason;
  const kind = kindOf(error);
  if (kind === CORRUPT) return 'damaged';
  return kind === NOT_A_DATABASE ? 'not_a_database' : undefined;
}

/**
 * Whether the error may come from a file that is damaged: then somebody has to look. A failing disk gives the same errors as a
 * file that is cut off, and a table that was dropped the same as a statement that is wrong.
 */
export function mayBeDamage(error: unknown): boolean {
  if (unusableBecause(error) !== undefined || kindOf(error) === IO_ERROR) return true;
  return (
    kindOf(error) === ERROR &&
    /^no such (table|column)|has no column named/.test(String(Object(error).message))
  );
}

/** What SQLite says when a lock was not to be had; for those who have waited for their turn until their time was over. */
export function busyError(): Error {
  return Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode: BUSY });
}
