import type { Bot } from './bots';
import type { Call } from './world';

/** -14: the token is stale, or auth headers are missing. Tencent's client calls it "session timeout". */
export const STALE_TOKEN = -14;
export const STALE_TOKEN_TEXT = 'session timeout';

const MAX_UINT32 = 2 ** 32 - 1;

/**
 * So many earlier values a new X-WECHAT-UIN is compared with. More would report random repeats in a long run: with 8, a
 * run of 100,000 requests has one false report in 5,000 runs.
 */
const COMPARED_UINS = 8;

/** What is wrong with the headers that name the bot, as a reason and a sentence; undefined when nothing is. */
export type HeaderProblem = { reason: string; detail: string } | undefined;

/** Whether this is base64 of the decimal string of a uint32. */
export function isWechatUin(header: unknown): boolean {
  if (typeof header !== 'string') return false;
  const text = Buffer.from(header, 'base64').toString('utf8');
  // Written back, so that base64 with foreign characters or missing padding is found.
  return (
    /^(0|[1-9]\d{0,9})$/.test(text) &&
    Number(text) <= MAX_UINT32 &&
    Buffer.from(text).toString('base64') === header
  );
}

/** What is wrong with the `iLink-App-*` headers. */
export function appHeaderProblem(headers: Call['headers']): HeaderProblem {
  if (headers['ilink-app-id'] !== 'bot') {
    return { reason: 'app_id_missing', detail: 'iLink-App-Id must be bot' };
  }
  if (!/^\d{1,10}$/.test(String(headers['ilink-app-clientversion'] ?? ''))) {
    return { reason: 'client_version_missing', detail: 'iLink-App-ClientVersion must be a decimal number' };
  }
  return undefined;
}

/** The token that a request carries. */
export function bearerOf(headers: Call['headers']): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
}

/** The bot whose live token the request carries, or what is wrong with the request's auth headers. */
export function authenticate(call: Call): Bot | NonNullable<HeaderProblem> {
  const { headers, world } = call;
  if (headers['authorizationtype'] !== 'ilink_bot_token') {
    return { reason: 'authorization_type_missing', detail: 'AuthorizationType must be ilink_bot_token' };
  }
  const token = bearerOf(headers);
  if (token === undefined)
    return { reason: 'authorization_missing', detail: 'Authorization must be Bearer <bot_token>' };
  if (!isWechatUin(headers['x-wechat-uin'])) {
    return {
      reason: 'wechat_uin_malformed',
      detail: 'X-WECHAT-UIN must be base64 of the decimal string of a uint32',
    };
  }
  const bot = world.bots.withToken(token);
  if (!bot)
    return { reason: 'stale_token', detail: 'The bot token is unknown, revoked, or ended by a later login' };
  if (call.endpoint !== 'getupdates') return bot;
  // Reported for getupdates only [R]; elsewhere it is a warning.
  if (call.settings.oldClients === 'accept') return bot;
  return appHeaderProblem(headers) ?? bot;
}

/** Notes what worked and is against the protocol: repeated X-WECHAT-UIN, missing app headers or base_info. */
export function warnAboutHeaders(call: Call, bot: Bot): void {
  const uin = String(call.headers['x-wechat-uin']);
  if (bot.recentUins.includes(uin)) {
    call.note('warning', 'wechat_uin_repeated', 'X-WECHAT-UIN must be new for every request');
  }
  bot.recentUins = [...bot.recentUins, uin].slice(-COMPARED_UINS);
  warnAboutApp(call);
  const type = call.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type)) {
    call.note('warning', 'content_type_wrong', 'Content-Type must be application/json');
  }
}

/** Notes missing `iLink-App-*` headers where they are not a reason to refuse. */
export function warnAboutApp(call: Call): void {
  if (call.settings.oldClients === 'accept') return;
  const problem = appHeaderProblem(call.headers);
  if (problem) call.note('warning', problem.reason, problem.detail);
}
