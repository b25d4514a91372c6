import type { ILinkError } from '../ilink/errors';
import { hostToName } from '../ilink/named-host';
import type { LoginStatus, QrCodeStatusReply } from '../ilink/wire';
import { LoginError } from './error';
import { trustedBaseUrl } from '../ilink/hosts';

/** What a confirmed login gives, under the names of the credential's fields. */
export interface LoginResult {
  botToken: string;
  botId: string;
  /** The person who scanned; empty when the server did not say. */
  ownerUserId: string;
  /** Where to call the API from now on. */
  apiBaseUrl: string;
}

/**
 * One QR code on its way, as plain JSON: another process, page or program can go on with it (`step`). Who has it can
 * collect the token once the code is confirmed, so it is to be kept like one.
 */
export interface LoginState {
  qrcode: string;
  /** To be drawn as a QR code. */
  url: string;
  /** Where the next poll goes; another host after a redirect. */
  apiBaseUrl: string;
  issuedAtMs: number;
  /** When the code ends, as far as it is known: the server decides. */
  expiresAtMs: number;
  /** The first code of a login is 1. */
  codeNumber: number;
  /** What the server said last; a new code waits. */
  status: LoginStatus;
  /** Goes with the polls until the server has judged it. */
  verifyCode?: string;
  /** How many numbers did not match. */
  wrongCodes: number;
  /** Polls in a row that failed. */
  failures: number;
  /** Whether somebody has scanned this code. */
  scanned?: true;
  /** Whether an earlier code of this login was scanned, and expired all the same. */
  scannedInVain?: true;
}

/** What happens in a login, in the order in which it happens. */
export type LoginEvent = (
  | /** A new code to show: draw `url`. `codeNumber` counts from 1 to `codeLimit`. */
    { status: 'qr'; qrcode: string; url: string; expiresAtMs: number; codeNumber: number; codeLimit: number }
  | LoginProgress
) & {
  /** With this event it has become likely that somebody who scans gets no further; see {@link isStuck}. */
  stuck?: true;
};

/** What a poll can bring. */
export type LoginProgress =
  /** Not scanned, told again after a trouble is over. */
  | { status: 'wait' }
  | { status: 'scaned' }
  /** The number on the phone is asked for; `wrong`: the one that was sent does not match. */
  | { status: 'need_verifycode'; wrong: boolean }
  /** Too many wrong numbers: this code is used up. */
  | { status: 'verify_code_blocked' }
  /** The polls go on at this host. */
  | { status: 'scaned_but_redirect'; host: string }
  | { status: 'expired' }
  /** The end: the account is bound here already, and there are no new credentials. */
  | { status: 'binded_redirect' }
  /** The end. */
  | { status: 'confirmed'; credential: LoginResult }
  /** A poll or a request for a code failed and is repeated; nothing is lost by it. */
  | { status: 'trouble'; error: ILinkError; retryInMs: number };

/** What one answer led to. Without an event there is nothing new. */
export interface Advance {
  state: LoginState;
  event?: LoginProgress;
}

/** A number that a person may type, as the server takes it: full-width digits and blanks are common. */
export function readVerifyCode(text: string): string | undefined {
  const code = text.normalize('NFKC').replace(/[\s-]/g, '');
  return /^\d{1,12}$/.test(code) ? code : undefined;
}

/**
 * The state with the number that the person has read from the phone; the next poll carries it.
 *
 * @throws RangeError when it is no number ({@link readVerifyCode} tells before)
 */
export function withVerifyCode(state: LoginState, text: string): LoginState {
  const verifyCode = readVerifyCode(text);
  if (verifyCode === undefined) throw new RangeError('verifyCode');
  return { ...state, verifyCode };
}

/**
 * Takes the server's answer to a poll.
 *
 * @param configuredBaseUrl the API base that the login was started with: its host may be redirected to as well
 * @throws LoginError when the login cannot go on: sent to a foreign host, or confirmed without a token
 */
export function advance(state: LoginState, reply: QrCodeStatusReply, configuredBaseUrl: string): Advance {
  const { verifyCode: sent, ...rest } = state;
  const status = isKnown(reply.status) ? reply.status : state.status;
  const next: LoginState = { ...rest, status, failures: 0, ...(SCANNED.has(status) && { scanned: true }) };
  const isNews = status !== state.status || state.failures > 0;
  switch (status) {
    case 'need_verifycode': {
      const wrong = sent !== undefined;
      const judged = wrong ? { ...next, wrongCodes: state.wrongCodes + 1 } : next;
      return isNews || wrong ? { state: judged, event: { status, wrong } } : { state: judged };
    }
    case 'scaned_but_redirect':
      return redirected(next, reply.redirect_host, configuredBaseUrl, isNews);
    case 'confirmed':
      return { state: next, event: { status, credential: credentialOf(next, reply, configuredBaseUrl) } };
    default:
      return isNews ? { state: next, event: { status } } : { state: next };
  }
}

const SCANNED: ReadonlySet<LoginStatus> = new Set(['scaned', 'need_verifycode', 'scaned_but_redirect']);

/** So many codes in a row end without a login before something is likely to be wrong. */
const CODES_IN_VAIN = 2;

/**
 * Whether a person who scans is likely to get no further: two codes have ended, or one that was scanned. An account that was
 * connected before can be led to its old chat, and then the server goes on saying `wait` [reported].
 */
export function isStuck(state: LoginState): boolean {
  const hasEnded = isEnd(state.status);
  const ended = state.codeNumber - (hasEnded ? 0 : 1);
  const scannedInVain = wasScannedInVain(state);
  return state.status !== 'confirmed' && (ended >= CODES_IN_VAIN || scannedInVain);
}

/** For the code that follows. */
export function wasScannedInVain({ status, scanned, scannedInVain }: LoginState): boolean {
  return scannedInVain === true || (scanned === true && status === 'expired');
}

const ENDS: ReadonlySet<LoginStatus> = new Set([
  'verify_code_blocked',
  'binded_redirect',
  'expired',
  'confirmed',
]);

/** Whether nothing follows for this code. After `expired` and `verify_code_blocked` there can be a new one. */
export function isEnd(status: LoginStatus): boolean {
  return ENDS.has(status);
}

const STATUSES: ReadonlySet<unknown> = new Set<LoginStatus>([
  'wait',
  'scaned',
  'need_verifycode',
  'verify_code_blocked',
  'scaned_but_redirect',
  'binded_redirect',
  'expired',
  'confirmed',
]);

/** A status that this client does not know changes nothing; Tencent's client goes on polling, too. */
function isKnown(status: unknown): status is LoginStatus {
  return STATUSES.has(status);
}

/** Without a host Tencent's client goes on where it is. */
function redirected(state: LoginState, host: unknown, configuredBaseUrl: string, isNews: boolean): Advance {
  const sent = [state.qrcode, state.verifyCode ?? ''];
  const named = typeof host === 'string' ? host : '';
  const apiBaseUrl = named === '' ? state.apiBaseUrl : trustedBaseUrl(named, configuredBaseUrl);
  if (apiBaseUrl === undefined)
    throw new LoginError({ code: 'foreign_host', facts: { host: hostToName(named, sent) } });
  if (apiBaseUrl === state.apiBaseUrl && !isNews) return { state };
  return {
    state: { ...state, apiBaseUrl },
    event: { status: 'scaned_but_redirect', host: new URL(apiBaseUrl).host },
  };
}

function credentialOf(state: LoginState, reply: QrCodeStatusReply, configuredBaseUrl: string): LoginResult {
  const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
  const botToken = text(reply.bot_token);
  const botId = text(reply.ilink_bot_id);
  if (botToken === '' || botId === '') {
    throw new LoginError({
      code: 'no_credentials',
      facts: { missing: botToken === '' ? 'bot_token' : 'ilink_bot_id' },
    });
  }
  return {
    botToken,
    botId,
    ownerUserId: text(reply.ilink_user_id),
    apiBaseUrl: trustedBaseUrl(text(reply.baseurl), configuredBaseUrl) ?? state.apiBaseUrl,
  };
}
