import type { Settings } from './settings';

/** What decides whether the bot may write to a user just now. Times in ms of the emulator's clock. */
export interface SendingState {
  /** When the user last wrote; undefined while the user has never written since the login. */
  lastWroteAt?: number;
  /** Messages the bot has sent since then. */
  sentSinceWrite: number;
  /** Times of the bot's latest messages, oldest first. */
  recentSends: readonly number[];
  /** End of the penalty for too many messages. */
  throttledUntil?: number;
}

export type WindowVerdict = 'open' | 'user_must_write_first' | 'window_over' | 'quota_used_up' | 'throttled';

const SECOND_MS = 1000;
const FIVE_MINUTES_MS = 5 * 60_000;

/** How many of `recentSends` the verdict can need at most under these settings. */
export function sendsToRemember(settings: Settings): number {
  return Math.max(settings.throttlePerSecond, settings.throttlePerFiveMinutes);
}

/** Whether the user has written since the login, and not too long ago. What the bot sent meanwhile does not matter. */
export function hasOpenConversation(
  { lastWroteAt }: Pick<SendingState, 'lastWroteAt'>,
  nowMs: number,
  { windowMs }: Settings,
): boolean {
  return lastWroteAt !== undefined && nowMs - lastWroteAt < windowMs;
}

/**
 * Whether one more message goes out. The rules of protocol.md, "The window and the quota": the user writes first, then 10
 * messages within 24 h. The throttle is [X], so it is off unless a setting asks for it.
 */
export function windowVerdict(state: SendingState, nowMs: number, settings: Settings): WindowVerdict {
  if (state.lastWroteAt === undefined) return 'user_must_write_first';
  if (nowMs - state.lastWroteAt >= settings.windowMs) return 'window_over';
  if (state.sentSinceWrite >= settings.quota) return 'quota_used_up';
  if (nowMs < (state.throttledUntil ?? 0)) return 'throttled';
  const within = (ms: number) => state.recentSends.filter((at) => nowMs - at < ms).length;
  const tooMany = (limit: number, ms: number) => limit > 0 && within(ms) >= limit;
  if (tooMany(settings.throttlePerSecond, SECOND_MS)) return 'throttled';
  if (tooMany(settings.throttlePerFiveMinutes, FIVE_MINUTES_MS)) return 'throttled';
  return 'open';
}

/** Until when a throttle that was tripped, or tried again during its penalty, refuses; undefined without a penalty. */
export function penaltyEnd(
  state: SendingState,
  nowMs: number,
  { throttlePenaltyMs }: Settings,
): number | undefined {
  if (throttlePenaltyMs === 0) return undefined;
  return Math.max(nowMs, state.throttledUntil ?? nowMs) + throttlePenaltyMs;
}
