import { ILinkClient } from '../ilink/client';
import type { Clock } from '../ilink/clock';
import { DEFAULT_API_BASE_URL } from '../ilink/endpoints';
import { ILinkError, ILinkHttpError, ILinkNetworkError } from '../ilink/errors';
import type { RandomUint32 } from '../ilink/headers';
import type { Transport } from '../ilink/transport';
import { LoginError } from './error';
import { failurePauseMs } from './pace';
import { advance, wasScannedInVain, type LoginState, type LoginStep } from './state';

/** What a login needs from outside. */
export interface LoginDeps {
  transport: Transport;
  clock: Clock;
  random: RandomUint32;
  /** Tencent's unless told. */
  apiBaseUrl?: string;
  /** Declared to the server. Too old a one makes the phone ask for an upgrade. */
  clientVersion?: string;
  /**
   * Tokens that are held already. Empty unless told: with the token of a live bot in it, the scan by that bot's owner ends as
   * `binded_redirect`, without new credentials.
   */
  localTokens?: readonly string[];
}

/** How many codes a login shows, one after the other; Tencent's client does the same. */
export const CODE_LIMIT = 3;

/** "About two minutes"; the server tells the end by `expired`. */
export const CODE_LIFETIME_MS = 2 * 60_000;

/** When the server cannot be reached, a code is given up this long after its issue. Tencent's client does the same. */
const CODE_GIVEN_UP_MS = 5 * 60_000;

/** Tencent's have about 100. At four times that the pattern is so fine that a phone does not read it from a screen. */
const LONGEST_URL_BYTES = 1_000;

/** Whether a QR code can be made of it, on every screen that shows one. */
function isDrawable(url: string): boolean {
  return url.isWellFormed() && !/[\p{Cc}\s]/u.test(url) && Buffer.byteLength(url) <= LONGEST_URL_BYTES;
}

/**
 * Gets a QR code. One request, not repeated.
 *
 * @param codeNumber which code of this login it is, from 1 to {@link CODE_LIMIT}
 * @throws ILinkError when it failed; LoginError when the answer has no code, or one that cannot be drawn
 */
export async function newLogin(deps: LoginDeps, signal?: AbortSignal, codeNumber = 1): Promise<LoginState> {
  const apiBaseUrl = configuredBaseUrl(deps);
  const reply = await clientAt(deps, apiBaseUrl).getBotQrCode(deps.localTokens, signal);
  const { qrcode, qrcode_img_content: url } = reply;
  if (typeof qrcode !== 'string' || typeof url !== 'string' || !qrcode || !url) {
    throw new LoginError('no_qr_code');
  }
  if (!isDrawable(url)) throw new LoginError('unusable_qr_code', `${Buffer.byteLength(url)} bytes`);
  const issuedAtMs = deps.clock.now();
  const expiresAtMs = issuedAtMs + CODE_LIFETIME_MS;
  return {
    qrcode,
    url,
    apiBaseUrl,
    issuedAtMs,
    expiresAtMs,
    codeNumber,
    status: 'wait',
    wrongCodes: 0,
    failures: 0,
  };
}

/**
 * Gets the code that follows one which expired or was blocked.
 *
 * @throws LoginError after the {@link CODE_LIMIT}th
 */
export async function renewLogin(
  deps: LoginDeps,
  ended: LoginState,
  signal?: AbortSignal,
  codeLimit = CODE_LIMIT,
): Promise<LoginState> {
  if (ended.codeNumber >= codeLimit) {
    throw new LoginError(
      ended.status === 'verify_code_blocked' ? 'verify_code_blocked' : 'too_many_codes',
      `${codeLimit} codes`,
    );
  }
  const next = await newLogin(deps, signal, ended.codeNumber + 1);
  return wasScannedInVain(ended) ? { ...next, scannedInVain: true } : next;
}

/**
 * Asks once how the login stands. Long: the server holds the request until something changes, or up to 35 s.
 *
 * A gateway's timeout and one of our own mean that nothing has changed. Other failures that may pass come as the event
 * `trouble`, with the pause to make before the next poll.
 *
 * @param limitMs how long to wait at most, for callers that must answer somebody sooner
 * @throws ILinkError when a repeat cannot help; the signal's reason when it was aborted
 */
export async function pollLogin(
  deps: LoginDeps,
  state: LoginState,
  signal?: AbortSignal,
  limitMs?: number,
): Promise<LoginStep> {
  try {
    const client = clientAt(deps, state.apiBaseUrl);
    const reply = await client.getQrCodeStatus(state.qrcode, state.verifyCode, signal, limitMs);
    return advance(state, reply, configuredBaseUrl(deps));
  } catch (error) {
    return afterFailure(deps, state, error);
  }
}

function afterFailure(deps: LoginDeps, state: LoginState, error: unknown): LoginStep {
  const timedOut = isTimeout(error);
  if (!timedOut && !isPassing(error)) throw error;
  if (deps.clock.now() - state.issuedAtMs >= CODE_GIVEN_UP_MS) {
    return { state: { ...state, status: 'expired' }, event: { status: 'expired' } };
  }
  if (timedOut) return { state };
  const failures = state.failures + 1;
  const retryInMs = failurePauseMs(failures, deps.random);
  return { state: { ...state, failures }, event: { status: 'trouble', error, retryInMs } };
}

/** Whether the same request may succeed a little later. */
export function isPassing(error: unknown): error is ILinkError {
  return error instanceof ILinkError && error.repeat !== 'no' && !(error instanceof LoginError);
}

const GATEWAY_TIMEOUTS: readonly number[] = [408, 504, 524];

/** The poll was held for longer than somebody on the way allows, which says nothing about the login. */
function isTimeout(error: unknown): error is ILinkError {
  if (error instanceof ILinkHttpError) return GATEWAY_TIMEOUTS.includes(error.status);
  return error instanceof ILinkNetworkError && error.kind === 'timed_out' && error.mayHaveArrived;
}

function configuredBaseUrl({ apiBaseUrl }: LoginDeps): string {
  return apiBaseUrl ?? DEFAULT_API_BASE_URL;
}

function clientAt({ transport, random, clientVersion }: LoginDeps, apiBaseUrl: string): ILinkClient {
  return new ILinkClient(
    { apiBaseUrl, ...(clientVersion !== undefined && { clientVersion }) },
    { transport, random },
  );
}
