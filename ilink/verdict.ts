import type { Endpoint } from './endpoints';

/** What a reply, or the lack of one, turned out to be. */
export type Kind =
  | 'accepted'
  | 'login_needed'
  | 'window_closed'
  /** The context token, or the lack of one: the next message of the person brings a new one. */
  | 'context_token_refused'
  | 'wrong_recipient'
  | 'bad_request'
  | 'upload_refused'
  | 'throttled'
  | 'empty_poll'
  | 'server_trouble'
  | 'access_denied'
  | 'wrong_address'
  | 'unreachable'
  | 'timed_out'
  | 'certificate_untrusted'
  | 'unintelligible'
  | 'login_failed'
  | 'media_gone'
  | 'media_unusable'
  | 'media_too_large'
  | 'unknown_code';

/**
 * Whether doing the same again can help. `few`: once or twice. `later`: after a long pause only.
 * `no`: the answer would be the same, or the account would be penalised for it.
 */
export type Repeat = 'no' | 'few' | 'yes' | 'later';

/** What was seen. Everything but the endpoint may be missing: without a status no answer came at all. */
export interface Observation {
  endpoint: Endpoint;
  httpStatus?: number;
  ret?: number;
  errcode?: number;
  errmsg?: string;
  /** No HTTP answer: how the attempt ended. */
  failure?: Failure;
  /** What was in the request and may be repeated in `errmsg`, such as the text of the message. */
  sent?: readonly string[];
}

/** `untrusted`: the certificate of the server. */
export type Failure = 'unreachable' | 'timed_out' | 'untrusted' | 'unintelligible';

/** What it means, in the words that the user sees. `message` says what happened, `next` what to do. */
export interface Verdict {
  kind: Kind;
  repeat: Repeat;
  message: string;
  next: string;
}
