import type { Conversation } from '../../store/store';

/**
 * What WeChat allows a bot after each message of the user, as far as it is known. Knowledge and not law: it informs and
 * steers the queue, the user can set it, and what the server answers corrects it. (Users measured that up to 11 hours always
 * work, and from 15 hours on sending is mostly refused.)
 */
export interface Limits {
  /** Messages after each message of the user. */
  quota: number;
  /** How long after it. */
  windowMs: number;
}

export const DEFAULT_LIMITS: Limits = { quota: 10, windowMs: 24 * 3_600_000 };

/** Where a conversation stands, for an IF node. */
export interface Window {
  /** Whether a message is likely to be shown. `null` when nothing is known of the user. */
  canSend: boolean | null;
  /** How many messages the user's last one still allows; `null` when they have not written here. */
  sendsLeft: number | null;
  /** When the user has to write again at the latest (ISO 8601); `null` when they have not written here. */
  windowClosesAt: string | null;
  /** When the user last wrote (ISO 8601). */
  lastInboundAt: string | null;
}

const UNKNOWN: Window = { canSend: null, sendsLeft: null, windowClosesAt: null, lastInboundAt: null };

/**
 * @param conversation as it is remembered; nothing when the user is not known
 * @param now milliseconds since 1970
 */
export function windowOf(
  conversation: Conversation | undefined,
  now: number,
  { quota, windowMs }: Limits = DEFAULT_LIMITS,
): Window {
  if (!conversation) return UNKNOWN;
  const { lastInboundAt, sentSince, closedByServer } = conversation;
  if (lastInboundAt === 0) return closedByServer ? { ...UNKNOWN, canSend: false } : UNKNOWN;
  const closesAt = lastInboundAt + windowMs;
  const sendsLeft = closedByServer || now >= closesAt ? 0 : Math.max(0, quota - sentSince);
  return {
    canSend: sendsLeft > 0,
    sendsLeft,
    windowClosesAt: new Date(closesAt).toISOString(),
    lastInboundAt: new Date(lastInboundAt).toISOString(),
  };
}
