import type { BotLogin } from './types';

/** The eight states of get_qrcode_status (protocol.md, "Login"). */
export type LoginStatus =
  | 'wait'
  | 'scaned'
  | 'need_verifycode'
  | 'verify_code_blocked'
  | 'scaned_but_redirect'
  | 'binded_redirect'
  | 'expired'
  | 'confirmed';

/** One QR code from get_bot_qrcode to its end. */
export interface Login {
  readonly qrcode: string;
  readonly qr_url: string;
  readonly expiresAt: number;
  /** `local_token_list` of the request: the tokens that the client holds already. */
  readonly localTokens: readonly string[];
  /** `iLink-App-ClientVersion` of the request. */
  readonly clientVersion: number;
  status: Exclude<LoginStatus, 'scaned_but_redirect'>;
  /** Goes on at the redirect host only. */
  redirected: boolean;
  user_id?: string;
  /** The number that the phone shows, while the login asks for one. */
  verifyCode?: string;
  wrongCodes: number;
  credentials?: BotLogin;
  /** What the phone says when the login cannot go on. */
  notice?: string;
}

/** Which host a status poll came to. */
export type LoginHost = 'api' | 'redirect';

const FINAL: ReadonlySet<LoginStatus> = new Set([
  'verify_code_blocked',
  'binded_redirect',
  'expired',
  'confirmed',
]);

/** Whether nothing can follow this state. */
export function isFinal(status: LoginStatus): boolean {
  return FINAL.has(status);
}

/** What a poll at this host is told. A redirected login shows its further course at the redirect host only. */
export function statusAt(login: Login, host: LoginHost): LoginStatus {
  if (login.redirected && host === 'api' && login.status !== 'expired') return 'scaned_but_redirect';
  return login.status;
}

/** What the server knows when somebody scans. */
export interface ScanFacts {
  user_id: string;
  /** The token of the account's live bot is among the login's `local_token_list`. */
  boundHere: boolean;
  /** Setting `loginVerifyCode`; empty: none is asked for. */
  verifyCode: string;
  redirect: boolean;
  minClientVersion: number;
  /** The account has a bot already, and the phone leads to its chat (setting `rebind`). */
  deadEnd: boolean;
}

export const UPGRADE_NOTICE = 'Please upgrade the OpenClaw interface version';
export const OLD_CHAT_NOTICE = 'The phone opens the chat with the old bot';

/** The phone scans the code. Where that leads nowhere, only the phone says so: the client goes on seeing `wait`. */
export function scanned(login: Login, facts: ScanFacts): void {
  delete login.notice;
  if (login.clientVersion < facts.minClientVersion) login.notice = UPGRADE_NOTICE;
  else if (facts.deadEnd) login.notice = OLD_CHAT_NOTICE;
  if (login.notice !== undefined) return;
  login.user_id = facts.user_id;
  if (facts.boundHere) {
    login.status = 'binded_redirect';
    return;
  }
  login.redirected = facts.redirect;
  login.status = facts.verifyCode === '' ? 'scaned' : 'need_verifycode';
  if (facts.verifyCode !== '') login.verifyCode = facts.verifyCode;
}

/** A client brings a number with its poll. Only a login that asks for one looks at it. */
export function codeEntered(login: Login, code: string, maxAttempts: number): void {
  if (login.status !== 'need_verifycode') return;
  if (code === login.verifyCode) {
    login.status = 'scaned';
    return;
  }
  login.wrongCodes += 1;
  if (login.wrongCodes >= maxAttempts) login.status = 'verify_code_blocked';
}
