import type { ILinkClient } from '../../ilink/client';
import { ILinkApiError, ILinkError, ILinkNetworkError } from '../../ilink/errors';
import { verdictOfError, verdictOfReply, type TokenVerdict } from '../../ilink/token';
import type { Transport } from '../../ilink/transport';
import { detailOf, DOCTOR, wordsOf } from '../texts';
import { fail, ok, skip, warn, type Finding } from './finding';

/** Whether this Node can keep messages. n8n may run on another one. */
export function checkNode(version: string, hasSqlite: boolean): Finding {
  if (hasSqlite) return ok('node', DOCTOR.node(version));
  return fail('node', DOCTOR.noSqlite(version));
}

/**
 * What the API says. With a token, the typing ticket is asked for, as n8n's test of the credential does; without one, the
 * refusal shows that iLink answered. Neither changes anything.
 */
export async function checkApi(
  client: ILinkClient,
  { botToken, ownerUserId }: { botToken: string; ownerUserId: string },
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const verdict = verdictOfReply(await client.getConfig(ownerUserId, undefined, signal));
    return judgeApi(verdict, undefined, botToken, ownerUserId);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ILinkError)) throw error;
    return judgeApi(verdictOfError(error), error, botToken, ownerUserId);
  }
}

function judgeApi(
  verdict: TokenVerdict,
  error: ILinkError | undefined,
  botToken: string,
  ownerUserId: string,
): Finding[] {
  if (verdict === 'not_ilink') {
    return [fail('api', DOCTOR.notILink), unchecked(botToken)];
  }
  // A code can only come from the API; a status such as 403 also from a proxy.
  if (error && !(error instanceof ILinkApiError)) {
    return [failed('api', error), unchecked(botToken)];
  }
  const reached = ok('api', DOCTOR.apiAnswers);
  if (botToken === '') return [reached, skip('token', DOCTOR.tokenNotGiven)];
  return [reached, judgeToken(verdict, error, ownerUserId)];
}

function failed(check: string, error: ILinkError): Finding {
  const { message, next } = wordsOf(error);
  return fail(check, { message: `${message} (${detailOf(error)})`, next });
}

function unchecked(botToken: string): Finding {
  return skip('token', botToken === '' ? DOCTOR.noToken : DOCTOR.apiSilent);
}

function judgeToken(verdict: TokenVerdict, error: ILinkError | undefined, ownerUserId: string): Finding {
  switch (verdict) {
    case 'refused':
      return fail('token', DOCTOR.tokenRefused);
    case 'write_first':
      return ok('token', DOCTOR.writeFirst);
    case 'works_with_code':
      return ok('token', DOCTOR.tokenAcceptedWith(error ? detailOf(error) : ''));
    case 'user_unknown':
      // Without a user id the server complains about the id, and has accepted the token by then.
      if (ownerUserId === '' || !error) return ok('token', DOCTOR.tokenAccepted);
      return failed('token', error);
    default:
      return ok('token', DOCTOR.tokenAccepted);
  }
}

/** Only what the server says of itself is of interest, not its answer. */
const REQUEST = { method: 'GET', headers: {}, timeoutMs: 15_000 } as const;

/** Whether the file servers can be reached, and what time it is there. Any HTTP answer but a gateway's will do. */
export async function checkFiles(
  cdnBaseUrl: string,
  transport: Transport,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const url = new URL(`${cdnBaseUrl}/download`);
    const answer = await transport.open({ ...REQUEST, endpoint: 'cdn_download', url, signal });
    answer.discard();
    const said = DOCTOR.filesAnswer(new URL(cdnBaseUrl).host, answer.status);
    if (answer.status < 500 && answer.status !== 407) return ok('files', said);
    return fail('files', { message: said, next: DOCTOR.filesFail });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ILinkNetworkError)) throw error;
    const reason = error.kind === 'timed_out' ? undefined : error.reason;
    return fail('files', DOCTOR.filesUnreachable(new URL(cdnBaseUrl).host, reason));
  }
}

const SMALL_SKEW_MS = 60_000;
const LARGE_SKEW_MS = 10 * 60_000;

/** Asks a server for its time. @returns milliseconds since 1970, or undefined when it does not say */
export async function serverTime(
  baseUrl: string,
  transport: Transport,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const answer = await transport.open({ ...REQUEST, endpoint: 'getconfig', url: new URL(baseUrl), signal });
    answer.discard();
    const time = Date.parse(String(answer.headers.date ?? ''));
    return Number.isNaN(time) ? undefined : time;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** How far this machine's clock is from the server's. */
export function judgeClock(serverMs: number | undefined, nowMs: number): Finding {
  if (serverMs === undefined) return skip('clock', DOCTOR.noTime);
  const skewMs = nowMs - serverMs;
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const words = DOCTOR.skewed(seconds, skewMs < 0);
  if (Math.abs(skewMs) <= SMALL_SKEW_MS) return ok('clock', DOCTOR.timeRight);
  return Math.abs(skewMs) <= LARGE_SKEW_MS ? warn('clock', words) : fail('clock', words);
}
