import { authenticate, bearerOf, STALE_TOKEN, STALE_TOKEN_TEXT, warnAboutHeaders } from './auth';
import { baseInfoProblem, headerVersion } from './base-info';
import { getBotQrcode } from './endpoints/get-bot-qrcode';
import { getConfig } from './endpoints/getconfig';
import { getQrcodeStatus } from './endpoints/get-qrcode-status';
import { getUpdates } from './endpoints/getupdates';
import { getUploadUrl } from './endpoints/getuploadurl';
import { notifyStart, notifyStop } from './endpoints/notify';
import { sendMessage } from './endpoints/sendmessage';
import { sendTyping } from './endpoints/sendtyping';
import { readBody } from './http';
import { parseLossless } from './ids';
import type { Exchange } from './exchange';
import type { Surface } from './serve';
import type { Scope } from './setting-scopes';
import type { Settings } from './settings';
import type { Endpoint } from './types';
import { refuse, type Answer, type BotCall, type Call, type World } from './world';

type Handler<C extends Call> = (call: C) => Answer | Promise<Answer>;

const BOT_ENDPOINTS: Partial<Record<Endpoint, Handler<BotCall>>> = {
  getupdates: getUpdates,
  sendmessage: sendMessage,
  getuploadurl: getUploadUrl,
  getconfig: getConfig,
  sendtyping: sendTyping,
  notifystart: notifyStart,
  notifystop: notifyStop,
};

const PATHS: Record<string, Endpoint> = {
  '/ilink/bot/getupdates': 'getupdates',
  '/ilink/bot/sendmessage': 'sendmessage',
  '/ilink/bot/getuploadurl': 'getuploadurl',
  '/ilink/bot/getconfig': 'getconfig',
  '/ilink/bot/sendtyping': 'sendtyping',
  '/ilink/bot/msg/notifystart': 'notifystart',
  '/ilink/bot/msg/notifystop': 'notifystop',
  '/ilink/bot/get_bot_qrcode': 'get_bot_qrcode',
  '/ilink/bot/get_qrcode_status': 'get_qrcode_status',
};

/** Longest API body in bytes. The protocol names none; this is far above any text that is accepted. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** An API host: the nine endpoints. */
export function apiSurface(world: World, host: 'api' | 'second' = 'api'): Surface {
  return {
    name: host === 'api' ? 'API' : 'second API',
    host,
    endpointOf: (pathname) => (Object.hasOwn(PATHS, pathname) ? PATHS[pathname] : undefined),
    read: readJson,
    who: (exchange) => callerOf(exchange, world),
    process: (exchange) => handle(exchange, world, host),
  };
}

/** The host that a redirected login goes on at: it knows the status of logins and nothing else. */
export function redirectSurface(world: World): Surface {
  return {
    name: 'redirect',
    host: 'redirect',
    endpointOf: (pathname) => (PATHS[pathname] === 'get_qrcode_status' ? 'get_qrcode_status' : undefined),
    read: readJson,
    who: (exchange) => callerOf(exchange, world),
    process: (exchange) => handle(exchange, world, 'redirect'),
  };
}

/** The bot by its token, and the person by the body; a body that names none is about the owner. */
function callerOf({ endpoint, req, url, record }: Exchange, world: World): Scope {
  if (endpoint === 'get_qrcode_status') {
    const user_id = world.logins.find(url.searchParams.get('qrcode') ?? '')?.user_id;
    return user_id === undefined ? {} : { user_id };
  }
  const bot = world.bots.withToken(bearerOf(req.headers) ?? '', 'also ended');
  const user_id = personOf(record.body) ?? bot?.login.ilink_user_id;
  return { ...(bot && { bot_id: bot.id }), ...(user_id !== undefined && { user_id }) };
}

function personOf(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { msg, to_user_id, ilink_user_id } = body;
  const named = (isObject(msg) ? msg['to_user_id'] : undefined) ?? to_user_id ?? ilink_user_id;
  return typeof named === 'string' ? named : undefined;
}

async function readJson({ req, record }: Exchange): Promise<void> {
  const text = (await readBody(req, BODY_LIMIT_BYTES)).toString('utf8');
  try {
    record.body = text === '' ? undefined : parseLossless(text);
  } catch {
    record.body = text;
  }
}

async function handle(exchange: Exchange, world: World, host: Surface['host']): Promise<Answer> {
  const call = newCall(exchange, world);
  if (exchange.endpoint === 'get_qrcode_status')
    return getQrcodeStatus(call, host === 'redirect' ? 'redirect' : 'api');
  if (exchange.endpoint === 'get_bot_qrcode') return getBotQrcode(call, exchange.record.body !== undefined);
  const handler = BOT_ENDPOINTS[exchange.endpoint];
  if (!handler) throw new Error(`No handler for ${exchange.endpoint}`);
  if (call.method !== 'POST') return wrongMethod(call);
  const bot = authenticate(call);
  if ('reason' in bot) {
    const refusal = refuse(call, STALE_TOKEN, STALE_TOKEN_TEXT, bot.reason, bot.detail);
    return withCodesAsWanted(refusal, call.settings);
  }
  exchange.record.bot_id = bot.id;
  const atHome = bot.login.baseurl === world.urls[host];
  if (!atHome) {
    const detail = 'The login named another baseurl than this host';
    if (call.settings.wrongHost === 'refuse')
      return refuse(call, STALE_TOKEN, STALE_TOKEN_TEXT, 'wrong_host', detail);
    call.note('warning', 'wrong_host', detail);
  }
  warnAboutHeaders(call, bot);
  if (!isObject(exchange.record.body)) {
    return refuse(call, -2, 'invalid json', 'body_malformed', 'The body is no JSON object');
  }
  warnAboutBaseInfo(call);
  return withCodesAsWanted(await handler({ ...call, bot }), call.settings);
}

/** `ret` and `errcode` as text, when the settings say so. Both stand at the beginning of every answer. */
function withCodesAsWanted(given: Answer, { codesAsText }: Settings): Answer {
  if (!codesAsText || typeof given.body !== 'string') return given;
  const body = given.body
    .replace(/^\{"ret":(-?\d+)/, '{"ret":"$1"')
    .replace(/^(\{(?:"ret":"-?\d+",)?"errcode":)(-?\d+)/, '$1"$2"');
  return { ...given, body };
}

function newCall(exchange: Exchange, world: World): Call {
  const { endpoint, req, url, connection, record } = exchange;
  return {
    endpoint,
    method: req.method ?? '',
    url,
    headers: req.headers,
    body: isObject(record.body) ? record.body : {},
    connection,
    world,
    settings: world.settingsFor(callerOf(exchange, world)),
    note: (kind, reason, detail) =>
      world.records.dropped.push({
        at: world.clock.now(),
        endpoint,
        kind,
        reason,
        detail,
        ...(record.bot_id === undefined ? {} : { bot_id: record.bot_id }),
      }),
  };
}

/** Without base_info `sendmessage` drops the message (there it is a check of its own); elsewhere it is only noted. */
function warnAboutBaseInfo(call: Call): void {
  const problem = baseInfoProblem(call.body['base_info']);
  if (!problem) return warnAboutVersion(call);
  if (problem.missing && call.endpoint === 'sendmessage') return;
  call.note('warning', problem.missing ? 'base_info_missing' : 'bot_agent_malformed', problem.detail);
}

/** One client has one version: what its header says and what its body says are the same. */
function warnAboutVersion(call: Call): void {
  const { channel_version } = call.body['base_info'] as { channel_version: string };
  const header = call.headers['ilink-app-clientversion'];
  if (header === undefined || header === headerVersion(channel_version)) return;
  const detail = 'iLink-App-ClientVersion and base_info.channel_version name different versions';
  call.note('warning', 'client_version_mismatch', detail);
}

function wrongMethod(call: Call): Answer {
  call.note('refused', 'wrong_method', `${call.endpoint} wants POST`);
  return { status: 405, headers: { Allow: 'POST' }, body: '', outcome: 'wrong method' };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
