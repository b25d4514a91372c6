import type {
  Bot,
  BotLogin,
  Conversation,
  Dropped,
  Login,
  OutgoingMedia,
  OutgoingQuote,
  SeenMessage,
} from './types';

/** The emulator's control API, as far as a phone needs it. */

/** GETs (no body) or POSTs JSON. Throws an Error with the server's own words when it refuses. */
async function call<T>(path: string, body?: object): Promise<T> {
  const request: RequestInit =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/control/${path}`, request);
  const answer = (await response.json().catch(() => ({}))) as T & { error?: string };
  if (!response.ok) throw new Error(answer.error ?? `The server answered ${response.status}.`);
  return answer;
}

export function query(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString();
}

export const bots = () => call<{ bots: Bot[]; now: number }>('bots');
export const bind = () => call<BotLogin>('bind', {});
export const revoke = (bot_id: string) => call<object>('revoke', { bot_id });
export const dropped = () => call<{ dropped: Dropped[] }>('dropped');
export const advanceClock = (advance_ms: number) => call<{ now: number }>('clock', { advance_ms });

export const sees = (conversation: Conversation) =>
  call<{ messages: SeenMessage[]; typing: boolean }>(`sees?${query({ ...conversation })}`);

export const write = (
  conversation: Conversation,
  message: { text?: string; media?: OutgoingMedia; quote?: OutgoingQuote },
) => call<object>('write', { ...conversation, ...message });

export const login = (qr_url: string) => call<Login>(`login?${query({ qr_url })}`);

export const scan = (qr_url: string, user_id?: string) => call<Login>('login/scan', { qr_url, user_id });

export const answerLogin = (qr_url: string, answer: 'confirm' | 'cancel' | 'expire' | 'block') =>
  call<Login>(`login/${answer}`, { qr_url });

/**
 * A media URL, cut down to path and query. The page may have been opened as `localhost` while the server names
 * itself 127.0.0.1, which would be another origin; and what is left can never be a `javascript:` URL.
 */
export function onThisOrigin(url: string): string {
  const { pathname, search } = new URL(url, location.origin);
  return new URL(pathname + search, location.origin).href;
}
