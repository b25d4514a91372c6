import { ILinkError, ILinkHttpError, ILinkNetworkError } from '../ilink/errors';
import type { QrCodeReply, QrCodeStatusReply } from '../ilink/wire';
import { readCode } from './code';
import { LoginError } from './error';
import { failurePauseMs, idlePauseMs } from './pace';
import {
  advance,
  isEnd,
  isStuck,
  wasScannedInVain,
  withVerifyCode,
  type LoginEvent,
  type LoginState,
} from './state';

/** Where a login stands between two steps. */
export interface Login {
  /** The code that is shown, or the last one that was; absent before the first. All that another process needs to go on. */
  code?: LoginState;
  /** Requests for a code in a row that failed. */
  failedRequests: number;
  /** When the server was asked last how the login stands; 0 when this process has not asked yet. */
  askedAtMs: number;
}

/** A login of which nothing has happened. */
export const BEFORE_THE_FIRST_CODE: Login = { failedRequests: 0, askedAtMs: 0 };

/** What a step is taken for. */
export type LoginInput =
  /** It begins, a pause is over, or somebody wants to know what is to be done now. */
  | { type: 'go_on' }
  /** The person wants to know how it stands, whatever else is waited for. */
  | { type: 'look' }
  /** The number that the person has read from the phone; {@link readVerifyCode} says before whether it is one. */
  | { type: 'number'; text: string }
  | { type: 'code'; reply: QrCodeReply }
  | { type: 'no_code'; error: unknown }
  | { type: 'status'; reply: QrCodeStatusReply; askedAtMs: number }
  | { type: 'no_status'; error: unknown; askedAtMs: number };

/** A request to the server. What comes of it is the next {@link LoginInput}. */
export type LoginRequest = { do: 'request_code' } | { do: 'ask_status'; code: LoginState };

/** What is to be done next. */
export type NextAction =
  | LoginRequest
  /** Wait, then `go_on`. */
  | { do: 'pause'; pauseMs: number }
  /** Wait for the number on the phone; `go_on` at this time when it has not come, to see whether the code still lives. */
  | { do: 'ask_number'; lookAgainAtMs: number }
  /** Nothing follows. With an error: the login has brought nothing. */
  | { do: 'end'; error?: unknown };

/** What a step depends on besides the login itself. */
export interface LoginFacts {
  nowMs: number;
  /** 32 random bits, which spread the pauses. */
  chance: number;
  /** The API base that the login was started with. Each code begins there. */
  apiBaseUrl: string;
  /** How many codes are shown at most, one after the other. */
  codeLimit: number;
  /** How often a request for a code is tried. */
  codeTries: number;
}

export interface LoginStep {
  state: Login;
  /** Without one there is nothing new. */
  event?: LoginEvent;
  next: NextAction;
}

/** "About two minutes"; the server tells the end by `expired`. */
const CODE_LIFETIME_MS = 2 * 60_000;

/** When the server cannot be reached, a code is given up this long after its issue. Tencent's client does the same. */
const CODE_GIVEN_UP_MS = 5 * 60_000;

/** While the person types, the server is asked this often whether the code still lives, once its time is over. */
const LOOK_AGAIN_MS = 30_000;

/**
 * Every decision of a login: what an answer, a failure, a number or the time means for it, what there is to tell, and what to do
 * next. Pure: whoever calls it performs the action (`requests.ts`), and brings what came of it.
 */
export function step(state: Login, input: LoginInput, facts: LoginFacts): LoginStep {
  try {
    const taken = take(state, input, facts);
    return { ...taken, ...toldOf(state, taken) };
  } catch (error) {
    return { state, next: { do: 'end', error } };
  }
}

function take(state: Login, input: LoginInput, facts: LoginFacts): LoginStep {
  switch (input.type) {
    case 'go_on':
      return { state, next: nextAction(state, facts) };
    case 'look':
      return { state, next: state.code ? { do: 'ask_status', code: state.code } : nextAction(state, facts) };
    case 'number':
      return withNumber(state, input.text, facts);
    case 'code':
      return withCode(state, input.reply, facts);
    case 'no_code':
      return withoutCode(state, input.error, facts);
    case 'status':
      return withStatus({ ...state, askedAtMs: input.askedAtMs }, input.reply, facts);
    case 'no_status':
      return withoutStatus({ ...state, askedAtMs: input.askedAtMs }, input.error, facts);
  }
}

/** The event says when somebody who scans has become likely to get no further. */
function toldOf({ code: before }: Login, { state: { code }, event }: LoginStep): Pick<LoginStep, 'event'> {
  if (!event) return {};
  const isNewlyStuck = code !== undefined && isStuck(code) && !(before && isStuck(before));
  return { event: isNewlyStuck ? { ...event, stuck: true } : event };
}

/** What follows from how the login stands. */
function nextAction({ code, askedAtMs }: Login, { nowMs, codeLimit }: LoginFacts): NextAction {
  if (code === undefined) return { do: 'request_code' };
  if (code.status === 'confirmed' || code.status === 'binded_redirect') return { do: 'end' };
  if (isEnd(code.status)) {
    if (code.codeNumber < codeLimit) return { do: 'request_code' };
    const failure = code.status === 'verify_code_blocked' ? code.status : 'too_many_codes';
    return { do: 'end', error: new LoginError({ code: failure, facts: { codes: codeLimit } }) };
  }
  if (code.status !== 'need_verifycode' || code.verifyCode !== undefined) return { do: 'ask_status', code };
  // Nobody knows whether the server would count a poll without a number, so it is left alone while the person types, as Tencent's
  // client does. Only when the code's time is over it is asked now and then, or the person would type into a login that has ended.
  const lookAgainAtMs = Math.max(code.expiresAtMs, askedAtMs + LOOK_AGAIN_MS);
  return nowMs < lookAgainAtMs ? { do: 'ask_number', lookAgainAtMs } : { do: 'ask_status', code };
}

function withNumber(state: Login, text: string, facts: LoginFacts): LoginStep {
  const numbered = state.code?.status === 'need_verifycode';
  const next = numbered ? { ...state, code: withVerifyCode(state.code!, text) } : state;
  return { state: next, next: nextAction(next, facts) };
}

function withCode(
  { code: before, askedAtMs }: Login,
  reply: QrCodeReply,
  { nowMs, apiBaseUrl, codeLimit }: LoginFacts,
): LoginStep {
  const { qrcode, url } = readCode(reply);
  const code: LoginState = {
    qrcode,
    url,
    apiBaseUrl,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + CODE_LIFETIME_MS,
    codeNumber: (before?.codeNumber ?? 0) + 1,
    status: 'wait',
    wrongCodes: 0,
    failures: 0,
    ...(before && wasScannedInVain(before) && { scannedInVain: true }),
  };
  const { expiresAtMs, codeNumber } = code;
  return {
    state: { code, failedRequests: 0, askedAtMs },
    event: { status: 'qr', qrcode, url, expiresAtMs, codeNumber, codeLimit },
    next: { do: 'ask_status', code },
  };
}

function withoutCode(state: Login, error: unknown, { chance, codeTries }: LoginFacts): LoginStep {
  const failedRequests = state.failedRequests + 1;
  if (!isPassing(error) || failedRequests >= codeTries) throw error;
  const pauseMs = failurePauseMs(failedRequests, chance);
  return {
    state: { ...state, failedRequests },
    event: { status: 'trouble', error, retryInMs: pauseMs },
    next: { do: 'pause', pauseMs },
  };
}

/** @throws LoginError when the login cannot go on */
function withStatus(state: Login, reply: QrCodeStatusReply, facts: LoginFacts): LoginStep {
  const before = codeOf(state);
  const { state: code, event } = advance(before, reply, facts.apiBaseUrl);
  const after = { ...state, code };
  return {
    state: after,
    ...(event && { event }),
    next: unlessIdle(nextAction(after, facts), before, after, facts),
  };
}

/** A gateway's timeout and one of our own mean that nothing has changed. */
function withoutStatus(state: Login, error: unknown, facts: LoginFacts): LoginStep {
  const before = codeOf(state);
  const timedOut = isTimeout(error);
  if (!timedOut && !isPassing(error)) throw error;
  if (facts.nowMs - before.issuedAtMs >= CODE_GIVEN_UP_MS) {
    const given = { ...state, code: { ...before, status: 'expired' as const } };
    return { state: given, event: { status: 'expired' }, next: nextAction(given, facts) };
  }
  if (timedOut) return { state, next: unlessIdle(nextAction(state, facts), before, state, facts) };
  const failures = before.failures + 1;
  const pauseMs = failurePauseMs(failures, facts.chance);
  return {
    state: { ...state, code: { ...before, failures } },
    event: { status: 'trouble', error, retryInMs: pauseMs },
    next: { do: 'pause', pauseMs },
  };
}

/** A poll that was not held and brought nothing new is not repeated at once. */
function unlessIdle(
  next: NextAction,
  before: LoginState,
  { code, askedAtMs }: Login,
  { nowMs }: LoginFacts,
): NextAction {
  if (next.do !== 'ask_status' || code?.status !== before.status) return next;
  const pauseMs = idlePauseMs(nowMs - askedAtMs);
  return pauseMs > 0 ? { do: 'pause', pauseMs } : next;
}

function codeOf({ code }: Login): LoginState {
  if (code === undefined) throw new Error('no code');
  return code;
}

/** Whether the same request may succeed a little later. */
function isPassing(error: unknown): error is ILinkError {
  return error instanceof ILinkError && error.repeat !== 'no';
}

const GATEWAY_TIMEOUTS: readonly number[] = [408, 504, 524];

/** The poll was held for longer than somebody on the way allows, which says nothing about the login. */
function isTimeout(error: unknown): error is ILinkError {
  if (error instanceof ILinkHttpError) return GATEWAY_TIMEOUTS.includes(error.status);
  return error instanceof ILinkNetworkError && error.kind === 'timed_out' && error.mayHaveArrived;
}
