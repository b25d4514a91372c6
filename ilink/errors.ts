import { classify } from './classify';
import { effectiveCode } from './effective-code';
import type { ApiCode, FileCode, Kind, MediaProblem, NamedLimit, Repeat, Verdict } from './verdict';
import type { Endpoint } from './endpoints';
import { known } from './phrases';
import { technically, type ReplySeen, type Seen } from './seen';

/** What went wrong, more exactly than its kind. */
export type ErrorCode = ApiCode | FileCode | MediaProblem;

/** What came with an error: where it happened, what was seen, and how much the server takes where it named that. */
export interface ErrorFacts {
  endpoint: Endpoint;
  seen: Seen;
  limit?: NamedLimit;
}

/**
 * Base of everything that goes wrong between us and iLink. `kind` and `repeat` are for the code that goes on from it, `code` and
 * `facts` for whoever tells a person. None of them ever contains a token or the text of a message.
 */
export abstract class ILinkError extends Error {
  readonly kind: Kind;
  readonly repeat: Repeat;
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  protected constructor(
    readonly endpoint: Endpoint,
    { kind, repeat, code, limit }: Verdict<ErrorCode>,
    seen: Seen,
    options?: ErrorOptions,
  ) {
    super(technically(`${endpoint}: ${code}`, seen), options);
    this.name = new.target.name;
    this.kind = kind;
    this.repeat = repeat;
    this.code = code;
    this.facts = { endpoint, seen, ...(limit && { limit }) };
  }
}

/** The API answered with HTTP 200 and a code. */
export class ILinkApiError extends ILinkError {
  readonly errcode: number;

  /**
   * @param reply its `errmsg` may repeat a token or the text of the message in any spelling, so none of it is kept: a phrase that
   * is known is named in our own copy, anything else decides the verdict at most
   * @param sent what was in the request and may be repeated: a number in there is no limit of the server
   */
  constructor(
    endpoint: Endpoint,
    reply: { ret?: number; errcode?: number; errmsg?: unknown },
    sent: readonly string[] = [],
  ) {
    const code = effectiveCode(reply);
    const errmsg = typeof reply.errmsg === 'string' ? reply.errmsg : '';
    const { ret, errcode } = reply;
    const codes = { ...(ret !== undefined && { ret }), ...(errcode !== undefined && { errcode }) };
    super(endpoint, classify({ endpoint, httpStatus: 200, ...codes, errmsg, sent }), {
      code: 'errcode',
      facts: { errcode: code, ...phraseIn(errmsg) },
    });
    this.errcode = code;
  }
}

/** The server, the CDN or something before them answered with another HTTP status. */
export class ILinkHttpError extends ILinkError {
  /**
   * @param said the reason that it gave, which may repeat anything: a phrase that is known and a limit of its own are taken from it
   * @param retryAfterMs how long it asks to be left alone
   */
  constructor(
    endpoint: Endpoint,
    readonly status: number,
    said = '',
    readonly retryAfterMs?: number,
  ) {
    super(endpoint, classify({ endpoint, httpStatus: status, errmsg: said }), {
      code: 'status',
      facts: { status, ...phraseIn(said) },
    });
  }
}

/** No answer came: the address is wrong, the connection broke, or the time ran out. */
export class ILinkNetworkError extends ILinkError {
  /**
   * @param failure whether the time ran out, the connection failed, or the certificate of the server is not trusted
   * @param reason the code of Node or undici, such as ECONNRESET, or one of {@link NoAnswer}
   * @param mayHaveArrived whether the server may have processed the request although its answer is missing
   */
  constructor(
    endpoint: Endpoint,
    failure: 'unreachable' | 'timed_out' | 'untrusted',
    readonly reason: string,
    readonly mayHaveArrived: boolean,
    cause?: unknown,
  ) {
    super(endpoint, classify({ endpoint, failure }), { code: 'no_answer', facts: { reason } }, { cause });
  }
}

/** An answer came that is not the JSON of the API: a page of a proxy, or a body that was cut off. */
export class ILinkReplyError extends ILinkError {
  constructor(endpoint: Endpoint, seen: ReplySeen) {
    super(endpoint, classify({ endpoint, failure: 'unintelligible' }), seen);
  }
}

/** Whether the error says that the bot token is stale. */
export function isLoginNeeded(error: unknown): boolean {
  return error instanceof ILinkError && error.kind === 'login_needed';
}

/** How long the server asked to be left alone, in milliseconds; 0 when it did not. */
export function retryAfterOf(error: unknown): number {
  return (error instanceof ILinkHttpError && error.retryAfterMs) || 0;
}

function phraseIn(said: string): { phrase?: string } {
  const phrase = known(said);
  return phrase === undefined ? {} : { phrase };
}
