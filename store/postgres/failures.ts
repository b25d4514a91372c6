import {
  STORE_DENIED,
  STORE_FULL,
  STORE_IN_DOUBT,
  STORE_NEWER,
  STORE_READ_ONLY,
  STORE_TABLES_GONE,
  STORE_UNREACHABLE,
} from '../store';

/** Codes of Node.js and of PostgreSQL (SQLSTATE): the connection was not to be had, or broke. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  // The server ends, starts, or has too many connections.
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '53300',
  '53400',
  // It ended a transaction in which nothing happened for too long.
  '25P03',
  '25P04',
]);
/** What pg says without a code. */
const BROKEN =
  /^(connection terminated|timeout expired|timeout exceeded|query read timeout|client has encountered|client was closed|the server does not|cannot use a pool)/i;
/** Another transaction was in the way; nothing of this one was kept. */
const IN_THE_WAY = new Set(['40001', '40P01', '55P03']);
const READ_ONLY = new Set(['25006']);
const FULL = new Set(['53100', '53200', '54000']);
const DENIED = new Set(['28000', '28P01', '3D000', '42501', '3F000']);
/** A table or the schema is missing: somebody dropped it. */
const DROPPED = new Set(['42P01', '42703']);

function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Whether the connection is gone, so that nobody knows what became of what was under way. */
export function isConnectionFailure(error: unknown): boolean {
  const code = codeOf(error);
  if (NO_CONNECTION.has(code) || code.startsWith('08')) return true;
  return code === '' && BROKEN.test(String(Object(error).message));
}

/** Whether the same may work a moment later. A server that is read-only may be about to be the first. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return isConnectionFailure(error) || IN_THE_WAY.has(code) || READ_ONLY.has(code);
}

/**
 * The error for everybody outside: a code of the store where there is one, and nothing of what was sent. What PostgreSQL says of a row
 * has its contents, and an error of pg the whole connection.
 */
export function explained(error: unknown): Error {
  const code = codeOf(error);
  if (OURS.has(code)) return error as Error;
  const message = String(Object(error).message ?? error);
  return Object.assign(new Error(message), { code: storeCode(error) ?? (code || 'STORE_FAILED') });
}

const OURS: ReadonlySet<string> = new Set([STORE_NEWER, STORE_IN_DOUBT]);

function storeCode(error: unknown): string | undefined {
  const code = codeOf(error);
  if (isConnectionFailure(error)) return STORE_UNREACHABLE;
  if (READ_ONLY.has(code)) return STORE_READ_ONLY;
  if (FULL.has(code)) return STORE_FULL;
  if (DENIED.has(code)) return STORE_DENIED;
  return DROPPED.has(code) ? STORE_TABLES_GONE : undefined;
}

/** The connection broke at the commit, and the server cannot say any more what became of it. */
export function inDoubt(): Error {
  return Object.assign(new Error(STORE_IN_DOUBT), { code: STORE_IN_DOUBT });
}
