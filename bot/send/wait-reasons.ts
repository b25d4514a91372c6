import { ILinkError } from '../../ilink/errors';
import type { Kind } from '../../ilink/verdict';
import type { Limits } from './window';
import { DEFAULT_LIMITS } from './window';

/**
 * Why a message waits, as a code.
 * - `first_message`: the person has not written since the login, so that WeChat takes nothing for them yet.
 * - `window_over`: they wrote too long ago, or the server takes nothing with the context token of their last message.
 * - `quota_used`: the messages that each of theirs allows are used up.
 * - `throttled`: too many in a short time, by all that is known; it goes out by itself.
 * - `server_unreachable`: nobody could ask the server; it goes out when that can be reached and the conversation is open.
 * - `token_refused`: a person has to log in again.
 */
export type WaitReason =
  'first_message' | 'window_over' | 'quota_used' | 'throttled' | 'server_unreachable' | 'token_refused';

/** What the reason is told from. */
export interface WaitFacts {
  /** When the person last wrote to this login; 0 for never. */
  lastInboundAt: number;
  /** How many messages went out since. */
  sentSince: number;
  closedByServer: boolean;
  /** Milliseconds since 1970; 0 for none. */
  throttledUntil: number;
  /** Whether the message would carry a context token. */
  hasToken: boolean;
}

/**
 * @param now milliseconds since 1970
 * @returns why a message to this person would wait now; nothing when it may go out
 */
export function waitReasonOf(
  facts: WaitFacts,
  now: number,
  { quota, windowMs }: Limits = DEFAULT_LIMITS,
): WaitReason | undefined {
  const { lastInboundAt, sentSince, closedByServer, throttledUntil, hasToken } = facts;
  if (lastInboundAt === 0 && (closedByServer || !hasToken)) return 'first_message';
  if (lastInboundAt > 0 && now >= lastInboundAt + windowMs) return 'window_over';
  if (lastInboundAt > 0 && sentSince >= quota) return 'quota_used';
  if (closedByServer) return 'window_over';
  return throttledUntil > now ? 'throttled' : undefined;
}

/** A person has to log in again, or mend the address. */
const OF_THE_TOKEN: ReadonlySet<Kind> = new Set(['login_needed', 'access_denied']);

/** What messages wait for after this error, whoever they are for. */
export function troubleIn(error: unknown): WaitReason {
  return error instanceof ILinkError && OF_THE_TOKEN.has(error.kind) ? 'token_refused' : 'server_unreachable';
}
