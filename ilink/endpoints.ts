/**
 * The endpoints that exist, and how long we wait for each. The poll's is not here: it follows the hold that the
 * server announces (see {@link pollTimeoutMs}).
 */
export const ENDPOINTS = {
  getupdates: { path: 'ilink/bot/getupdates', timeoutMs: 45_000 },
  sendmessage: { path: 'ilink/bot/sendmessage', timeoutMs: 15_000 },
  getuploadurl: { path: 'ilink/bot/getuploadurl', timeoutMs: 15_000 },
  getconfig: { path: 'ilink/bot/getconfig', timeoutMs: 10_000 },
  sendtyping: { path: 'ilink/bot/sendtyping', timeoutMs: 10_000 },
  notifystart: { path: 'ilink/bot/msg/notifystart', timeoutMs: 10_000 },
  notifystop: { path: 'ilink/bot/msg/notifystop', timeoutMs: 10_000 },
  get_bot_qrcode: { path: 'ilink/bot/get_bot_qrcode', timeoutMs: 15_000 },
  get_qrcode_status: { path: 'ilink/bot/get_qrcode_status', timeoutMs: 45_000 },
} as const;

/** An endpoint of the API, or one of the two ways to the CDN. */
export type Endpoint = keyof typeof ENDPOINTS | 'cdn_upload' | 'cdn_download';

/** The server's hold when it announces none. */
export const DEFAULT_HOLD_MS = 35_000;

/** A shorter announcement than this is a mistake, a longer one would hide a dead connection for too long. */
export const HOLD_BOUNDS_MS = { min: 1_000, max: 120_000 };
const LIMIT_ABOVE_HOLD_MS = 10_000;

/** The hold to reckon with, from the server's `longpolling_timeout_ms`. */
export function effectiveHoldMs(announcedMs: unknown): number {
  if (typeof announcedMs !== 'number' || !Number.isFinite(announcedMs) || announcedMs <= 0)
    return DEFAULT_HOLD_MS;
  return Math.min(HOLD_BOUNDS_MS.max, Math.max(HOLD_BOUNDS_MS.min, announcedMs));
}

/** How long the client waits for a poll: ten seconds above the hold, or it would lose the race against the server. */
export function pollTimeoutMs(holdMs: number): number {
  return holdMs + LIMIT_ABOVE_HOLD_MS;
}

export const DEFAULT_API_BASE_URL = 'https://ilinkai.weixin.qq.com';
export const DEFAULT_CDN_BASE_URL = 'https://novac2c.cdn.weixin.qq.com/c2c';
