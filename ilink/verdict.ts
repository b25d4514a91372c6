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

/** What an answer of the API means, or its absence, more exactly than its kind: what is to be done differs. */
export type ApiCode =
  | Exclude<Kind, 'context_token_refused' | 'media_gone' | 'media_unusable' | 'media_too_large'>
  /** `bad_request`: the text. */
  | 'text_too_long'
  /** `server_trouble`: no address to upload to. */
  | 'upload_not_prepared';

/** The same of Tencent's file server, where files are fetched from and brought to. */
export type FileCode =
  | 'fetch_failed'
  | 'fetch_timed_out'
  | 'file_gone'
  | 'file_server_trouble'
  | 'file_server_throttled'
  | 'file_server_unreachable'
  | 'file_server_timed_out'
  | 'file_server_unintelligible'
  | 'no_file_server'
  | 'file_refused'
  | 'file_too_large';

/** Why a file of a message cannot be had, although the server did nothing wrong. */
export type MediaProblem =
  | 'no_address'
  | 'foreign_host'
  | 'no_key'
  | 'too_large'
  | 'key_does_not_fit'
  | 'damaged'
  | 'web_page'
  | 'not_decodable';

/** A limit that a server named. */
export interface NamedLimit {
  amount: number;
  unit: 'bytes' | 'characters' | 'KB' | 'MB' | 'GB';
}

/** What it means. */
export interface Verdict<Code extends string = ApiCode | FileCode> {
  kind: Kind;
  repeat: Repeat;
  code: Code;
  /** How much is taken at most. */
  limit?: NamedLimit;
}
