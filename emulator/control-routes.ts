import { PersonError } from './errors';
import type { Fault } from './faults';
import type { Offline } from './hosts';
import type { DuplicateStyle } from './duplicates';
import { SERVER_HOSTS, type Emulator, type HostName } from './emulator';
import { MEDIA_KINDS, type MediaKind, type PersonMessage, type SeenMessage } from './types';
import type { Scope } from './setting-scopes';
import { applySettings } from './settings';

type Body = Record<string, unknown>;
type Route = (emulator: Emulator, body: Body, query: URLSearchParams) => unknown;

/** The calls of the person's side that take and give JSON. Each gives the answer's object or throws a PersonError. */
export const CONTROL_ROUTES: Record<string, Route> = {
  'POST /control/bind': (emulator, body) =>
    emulator.bind({ ...optional(body, 'user_id'), ...optional(body, 'bot_id') }),
  'POST /control/revoke': (emulator, body) => done(emulator.revoke(text(body, 'bot_id'))),
  'GET /control/bots': listBots,
  'POST /control/write': (emulator, body) => emulator.write(personMessage(body)),
  'POST /control/write-together': (emulator, body) =>
    emulator.writeTogether(listOf(body, 'messages').map(personMessage)),
  'GET /control/sees': listSeen,
  'POST /control/login/scan': (emulator, body) =>
    emulator.scan(text(body, 'qr_url'), optional(body, 'user_id').user_id),
  'POST /control/login/confirm': (emulator, body) => emulator.confirm(text(body, 'qr_url')),
  'POST /control/login/cancel': (emulator, body) => emulator.cancelLogin(text(body, 'qr_url')),
  'POST /control/login/expire': (emulator, body) => emulator.expireLogin(text(body, 'qr_url')),
  'POST /control/login/block': (emulator, body) => emulator.blockLogin(text(body, 'qr_url')),
  'GET /control/login': (emulator, _body, query) => emulator.login(param(query, 'qr_url')),
  'GET /control/logins': (emulator) => ({
    logins: emulator.openLogins().map(({ qr_url, view }) => ({ qr_url, ...view })),
  }),
  'POST /control/offline': async (emulator, body) =>
    done(await emulator.goOffline(offlineHow(body), ...hostsIn(body))),
  'POST /control/online': async (emulator, body) => done(await emulator.goOnline(...hostsIn(body))),
  'POST /control/clock': moveClock,
  'GET /control/faults': pendingFaults,
  'POST /control/faults': (emulator, body) => {
    emulator.faults.add(body as unknown as Fault);
    return pendingFaults(emulator);
  },
  'DELETE /control/faults': (emulator) => {
    emulator.faults.clear();
    return pendingFaults(emulator);
  },
  'GET /control/requests': (emulator, _body, query) => ({
    requests: emulator.requests(query.get('endpoint') ?? undefined),
  }),
  'GET /control/dropped': (emulator) => ({ dropped: emulator.dropped }),
  'GET /control/settings': (emulator, _body, query) => emulator.settingsFor(scopeIn(query)),
  'POST /control/settings': changeSettings,
  'POST /control/inject': inject,
  'POST /control/repeat': repeat,
  'POST /control/cursor': (emulator, body) => done(emulator.expireCursor(text(body, 'bot_id'))),
};

/** A bubble as the phone page gets it: the file as a link instead of bytes. */
export function bubbleView(
  emulator: Emulator,
  chat: { bot_id: string; user_id: string },
  seen: SeenMessage,
  index: number,
) {
  const { from, message_id, client_id, at, type, media } = seen;
  const base = {
    index,
    from,
    message_id,
    client_id,
    at,
    type,
    text: seen.text,
    ...(seen.given && { given: true }),
  };
  if (!media) return base;
  const where = new URLSearchParams({ ...chat, index: String(index) });
  const { bytes: _bytes, ...facts } = media;
  return { ...base, media: { ...facts, url: `${emulator.personUrl}/control/media?${where}` } };
}

function listBots(emulator: Emulator): object {
  const bots = emulator.world.bots.all().map(({ login, live, mailbox }) => ({
    ilink_bot_id: login.ilink_bot_id,
    ilink_user_id: login.ilink_user_id,
    live,
    polls: mailbox.polls,
  }));
  const { apiUrl, secondUrl, cdnUrl, personUrl, redirectUrl } = emulator;
  return { bots, now: emulator.clock.now(), apiUrl, secondUrl, cdnUrl, personUrl, redirectUrl };
}

function listSeen(emulator: Emulator, _body: Body, query: URLSearchParams): object {
  const chat = { bot_id: param(query, 'bot_id'), user_id: param(query, 'user_id') };
  const after = query.has('after') ? Number(query.get('after')) : -1;
  if (!Number.isInteger(after)) throw new PersonError(400, 'after must be the index of a message');
  const first = Math.max(0, after + 1);
  const messages = emulator
    .sees(chat.bot_id, chat.user_id)
    .slice(first)
    .map((seen, at) => bubbleView(emulator, chat, seen, first + at));
  return { messages, typing: emulator.typing(chat.bot_id, chat.user_id) };
}

function offlineHow(body: Body): Offline {
  const { how = 'refused' } = optional(body, 'how');
  if (how === 'refused' || how === 'reset') return how;
  throw new PersonError(400, 'how must be refused or reset');
}

/** The hosts that a call names; none: all but the person's. */
function hostsIn({ hosts }: Body): [] | [HostName[]] {
  if (hosts === undefined) return [];
  const known = Array.isArray(hosts) && hosts.every((name) => SERVER_HOSTS.includes(name as never));
  if (known) return [hosts as HostName[]];
  throw new PersonError(400, `hosts must be a list of ${SERVER_HOSTS.join(', ')}`);
}

function moveClock(emulator: Emulator, body: Body): object {
  const { advance_ms } = body;
  if (typeof advance_ms !== 'number' || !(advance_ms >= 0)) {
    throw new PersonError(400, 'advance_ms must be a number of milliseconds, not negative');
  }
  emulator.clock.advance(advance_ms);
  return { now: emulator.clock.now() };
}

function pendingFaults(emulator: Emulator): object {
  return { pending: emulator.faults.pending() };
}

function changeSettings(emulator: Emulator, body: Body): object {
  const { bot_id, user_id, ...patch } = body;
  const scope = { ...optional({ bot_id }, 'bot_id'), ...optional({ user_id }, 'user_id') };
  try {
    // JSON has no undefined: null takes a setting back.
    const entries = Object.entries(patch).map(([name, value]) => [name, value ?? undefined]);
    if (Object.keys(scope).length > 0) return emulator.settingsFor(scope, Object.fromEntries(entries));
    applySettings(emulator.settings, patch);
  } catch (error) {
    throw new PersonError(400, (error as Error).message);
  }
  return emulator.settings;
}

function scopeIn(query: URLSearchParams): Scope {
  return {
    ...optional({ bot_id: query.get('bot_id') }, 'bot_id'),
    ...optional({ user_id: query.get('user_id') }, 'user_id'),
  };
}

function inject(emulator: Emulator, body: Body): object {
  const { message, base64, count = 1 } = body;
  const raw = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : message;
  const isObject = typeof raw === 'object' && raw !== null;
  if (typeof raw !== 'string' && !isObject)
    throw new PersonError(400, 'message must be an object or JSON text, or base64 its bytes');
  if (!Number.isInteger(count) || (count as number) < 1)
    throw new PersonError(400, 'count must be 1 or more');
  return done(emulator.inject(text(body, 'bot_id'), raw, count as number));
}

function repeat(emulator: Emulator, body: Body): object {
  const chat = { bot_id: text(body, 'bot_id'), user_id: text(body, 'user_id') };
  const { style = 'same' } = optional(body, 'style');
  const styles = ['same', 'new_id', 'new_id_and_token', 'no_id'];
  if (!styles.includes(style)) throw new PersonError(400, `style must be one of ${styles.join(', ')}`);
  return done(emulator.repeat(chat, style as DuplicateStyle, optional(body, 'message_id').message_id));
}

function listOf(body: Body, field: string): Body[] {
  const list = body[field];
  if (Array.isArray(list) && list.length > 0 && list.every(isBody)) return list;
  throw new PersonError(400, `${field} must be a list of objects`);
}

function personMessage(body: Body): PersonMessage {
  const { media, quote, overrides, depth } = body;
  const message = {
    bot_id: text(body, 'bot_id'),
    user_id: text(body, 'user_id'),
    ...optional(body, 'text'),
    ...optional(body, 'spoiled'),
    ...(typeof depth === 'number' && { depth }),
    ...(isBody(media) && { media: personMedia(media) }),
    ...(isBody(quote) && { quote }),
    ...(isBody(overrides) && { overrides }),
  };
  return message as PersonMessage;
}

function personMedia(media: Body): PersonMessage['media'] {
  const kind = text(media, 'kind') as MediaKind;
  if (!MEDIA_KINDS.includes(kind))
    throw new PersonError(400, `media.kind must be one of ${MEDIA_KINDS.join(', ')}`);
  const { playtime_ms, key_encoding, wrong_key } = media;
  if (typeof media['base64'] !== 'string') throw new PersonError(400, 'media.base64 is missing');
  return {
    kind,
    bytes: Buffer.from(media['base64'], 'base64'),
    ...optional(media, 'name'),
    ...optional(media, 'transcript'),
    ...(typeof playtime_ms === 'number' && { playtime_ms }),
    ...((key_encoding === 'raw' || key_encoding === 'hex' || key_encoding === 'none') && { key_encoding }),
    ...(wrong_key === true && { wrong_key }),
  };
}

function done(_nothing: void): object {
  return {};
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(body: Body, field: string): string {
  const value = body[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new PersonError(400, `${field} is missing`);
}

/** `{field}` when the body has it, `{}` when not. */
function optional<F extends string>(body: Body, field: F): { [K in F]?: string } {
  const value = body[field];
  if (value === undefined || value === null || value === '') return {};
  if (typeof value !== 'string') throw new PersonError(400, `${field} must be a text`);
  return { [field]: value } as { [K in F]?: string };
}

function param(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value) return value;
  throw new PersonError(400, `${name} is missing in the query`);
}
