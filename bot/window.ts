import type { Conversation } from '../store/store';

/**
 * What WeChat allows a bot after each message of the user, as far as it is known: 10 messages within 24 hours. Knowledge and
 * not law: it informs, and what the server answers corrects it. (Users measured that up to 11 hours always work, and from
 * 15 hours on sending is mostly refused.)
 */
const WINDOW_MS = 24 * 3_600_000;
const MAX_MESSAGES = 10;

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
export function windowOf(conversation: Conversation | undefined, now: number): Window {
  if (!conversation) return UNKNOWN;
  const { lastInboundAt, sentSince, closedByServer } = conversation;
  if (lastInboundAt === 0) return closedByServer ? { ...UNKNOWN, canSend: false } : UNKNOWN;
  const closesAt = lastInboundAt + WINDOW_MS;
  const sendsLeft = closedByServer || now >= closesAt ? 0 : Math.max(0, MAX_MESSAGES - sentSince);
  return {
    canSend: sendsLeft > 0,
    sendsLeft,
    windowClosesAt: new Date(closesAt).toISOString(),
    lastInboundAt: new Date(lastInboundAt).toISOString(),
  };
}
