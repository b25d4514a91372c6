import type { ErrorCode, ErrorFacts } from '../ilink/errors';
import type { LoginFailure } from './error';
import { withVerifyCode, type LoginState } from './state';

/** Whose credential a login renews. Empty: a new connection. */
export interface LoginTarget {
  /** The credential that gets the new token. */
  credentialId?: string;
  credentialName?: string;
  /** Only this person's scan counts: a renewal must not hand the credential to somebody else's account. */
  ownerUserId?: string;
}

/** What a login led to. No token: that went straight to where credentials are kept. */
export interface LoginOutcome {
  botId: string;
  ownerUserId: string;
  credentialId: string;
  credentialName: string;
  /** Whether the credential is new. */
  created: boolean;
}

/** Why the token is not where credentials are kept, which is for the one who keeps them to say. */
export type SaveProblem =
  | { code: 'other_account' | 'no_account' | 'unknown_account' | 'other_type' | 'foreign_key' }
  | { code: 'api_key_missing' | 'api_unreachable' | 'api_unauthorized' | 'api_forbidden' }
  | { code: 'api_refused'; facts: { status?: number; said?: string } };

/** What keeps a login from going on. */
export type LoginProblem =
  | LoginFailure
  | { code: ErrorCode; facts: ErrorFacts }
  | SaveProblem
  | { code: 'already_bound' }
  /** An error that nobody knows: its kind. */
  | { code: 'unexpected'; facts: { name: string } };

/** How an earlier version kept it: `code` names it for a translation. */
export interface OldLoginProblem {
  code: string;
  message: string;
  next: string;
}

/**
 * - `open`: there is a link, and nobody has used it
 * - `running`: a QR code is shown, or will be in a moment
 * - `paused`: the codes of one round are used up; the person asks for more
 * - `saving`: confirmed on the phone, and the credential is not written yet
 * - `done`, `failed`: the end; after a failure the person can start again
 */
export type LoginPhase = 'open' | 'running' | 'paused' | 'saving' | 'done' | 'failed';

/**
 * A login by a link, as plain JSON that every process can go on with. It holds no token, but who has `state` can collect one,
 * so it stays on this side and never reaches a browser.
 */
export interface LoginRecord {
  /** The page that it is for. */
  page: string;
  target: LoginTarget;
  expiresAtMs: number;
  phase: LoginPhase;
  /** Digest of the secret of the one browser that may see it. */
  browser?: string;
  state?: LoginState;
  /** The number that the person typed, until it goes with a poll. */
  typedCode?: string;
  problem?: LoginProblem | OldLoginProblem;
  /** The process that asks WeChat, and until when the others leave it alone. */
  runner?: { id: string; untilMs: number };
  outcome?: LoginOutcome;
  /** Whether the page's watcher has heard of the end. */
  told?: boolean;
}

/** Whether somebody has to ask WeChat, or to write the credential. */
export function isUnderWay({ phase }: LoginRecord): boolean {
  return phase === 'running' || phase === 'saving';
}

/** The record with a browser that may see it, and a QR code on its way. Nothing when the link belongs to another browser. */
export function startedBy(record: LoginRecord, browser: string): LoginRecord | undefined {
  if (record.browser !== undefined && record.browser !== browser) return undefined;
  if (isUnderWay(record) || record.phase === 'done') return { ...record, browser };
  return { ...withoutRound(record), browser, phase: 'running' };
}

/** A login that was asked for again starts with its first code. */
function withoutRound(record: LoginRecord): LoginRecord {
  const { state: _state, typedCode: _typed, problem: _problem, runner: _runner, ...rest } = record;
  return rest;
}

/** The record for the process that works on it, or nothing when another one does, or when there is nothing to do. */
export function claimedBy(
  record: LoginRecord,
  id: string,
  now: number,
  leaseMs: number,
): LoginRecord | undefined {
  const { runner } = record;
  if (!isUnderWay(record)) return undefined;
  if (runner && runner.id !== id && runner.untilMs > now) return undefined;
  return { ...record, runner: { id, untilMs: now + leaseMs } };
}

/** The number that was typed goes with the next poll. */
export function withTypedCode(record: LoginRecord): LoginRecord {
  const { typedCode, state, ...rest } = record;
  if (typedCode === undefined || state?.status !== 'need_verifycode') return record;
  return { ...rest, state: withVerifyCode(state, typedCode) };
}

/** The record without a trouble that is over. */
export function withoutProblem(record: LoginRecord): LoginRecord {
  const { problem: _over, ...rest } = record;
  return rest;
}

/** The record for whoever comes next. */
export function withoutRunner(record: LoginRecord): LoginRecord {
  const { runner: _gone, ...rest } = record;
  return rest;
}
