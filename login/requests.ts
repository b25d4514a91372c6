import { ILinkClient } from '../ilink/client';
import type { Clock } from '../ilink/clock';
import { DEFAULT_API_BASE_URL } from '../ilink/endpoints';
import type { RandomUint32 } from '../ilink/headers';
import type { Transport } from '../ilink/transport';
import type { LoginFacts, LoginInput, LoginRequest } from './step';

/** What a login needs from outside. */
export interface LoginDeps {
  transport: Transport;
  clock: Clock;
  random: RandomUint32;
  /** Tencent's unless told. */
  apiBaseUrl?: string;
  /** Declared to the server. Too old a one makes the phone ask for an upgrade. */
  clientVersion?: string;
}

/** How many codes a login shows, one after the other; Tencent's client does the same. */
export const CODE_LIMIT = 3;

/** What a step has to know now. */
export function factsOf(
  deps: LoginDeps,
  rules: Pick<LoginFacts, 'codeLimit' | 'codeTries'> = { codeLimit: CODE_LIMIT, codeTries: 1 },
): LoginFacts {
  const { clock, random } = deps;
  return { ...rules, nowMs: clock.now(), chance: random(), apiBaseUrl: configuredBaseUrl(deps) };
}

/**
 * Makes one request, once. How a login stands is a long poll: the server holds the request until something changes, or up to 35 s.
 *
 * @returns what came of it, for the next step
 * @throws the signal's reason when it was aborted, and nothing else
 */
export async function perform(
  deps: LoginDeps,
  request: LoginRequest,
  signal?: AbortSignal,
): Promise<LoginInput> {
  return request.do === 'request_code' ? requestCode(deps, signal) : askStatus(deps, request, signal);
}

async function requestCode(deps: LoginDeps, signal?: AbortSignal): Promise<LoginInput> {
  const client = clientAt(deps, configuredBaseUrl(deps));
  try {
    return { type: 'code', reply: await client.getBotQrCode(signal) };
  } catch (error) {
    signal?.throwIfAborted();
    return { type: 'no_code', error };
  }
}

async function askStatus(
  deps: LoginDeps,
  { code }: LoginRequest & { do: 'ask_status' },
  signal?: AbortSignal,
): Promise<LoginInput> {
  const askedAtMs = deps.clock.now();
  const client = clientAt(deps, code.apiBaseUrl);
  try {
    return {
      type: 'status',
      reply: await client.getQrCodeStatus(code.qrcode, code.verifyCode, signal),
      askedAtMs,
    };
  } catch (error) {
    signal?.throwIfAborted();
    return { type: 'no_status', error, askedAtMs };
  }
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
