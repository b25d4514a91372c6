import { randomBytes } from 'node:crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { LoginService, LoginConnection, Seen } from '../../../login/service';
import type { LoginOutcome } from '../../../login/record';
import { digestOf, newSecret } from '../../../login/records';
import { pageHeaders, pageHtml, type PageAssets } from './page';
import { languageOf } from '../texts';
import { viewOf } from './view';

const COOKIE = 'wechat-ilink-login';
const COOKIE_LIFE_S = 24 * 3600;

/** What answering needs besides n8n's context. */
export interface WebDeps {
  logins: LoginService;
  page: string;
  connect: () => LoginConnection;
  assets: () => PageAssets;
  now: () => number;
  report: (event: { code: 'page_request_failed' }, error: unknown) => void;
}

/** What the page's own script asks for. */
interface Asked {
  action: string;
  ticket: string;
  shown: string;
  code: string;
}

/**
 * Answers whatever comes. n8n has started no execution yet, and starts one for what this returns as data or throws: so it throws
 * never, and only the last request of a test brings data.
 */
export async function answerRequest(
  context: IWebhookFunctions,
  deps: WebDeps,
): Promise<IWebhookResponseData> {
  try {
    const { method } = context.getRequestObject();
    if (method === 'GET' || method === 'HEAD') return servePage(context, deps);
    return method === 'POST' ? await answerPage(context, deps) : refuseMethod(context, deps);
  } catch (error) {
    deps.report({ code: 'page_request_failed' }, error);
    answer(context, 503, { access: 'trouble' });
    return { noWebhookResponse: true };
  }
}

/** GET gives the page, and does nothing else: link previews and scanners of mails fetch it, too. */
function servePage(context: IWebhookFunctions, { assets, logins }: WebDeps): IWebhookResponseData {
  const waitMs = logins.rates.take('');
  if (waitMs > 0) return tooMuch(context, waitMs);
  const nonce = randomBytes(16).toString('base64');
  const html = pageHtml(languageOf(header(context, 'accept-language')), nonce, assets());
  const response = context.getResponseObject();
  response
    .status(200)
    .set({ ...pageHeaders(nonce), 'Content-Type': 'text/html; charset=utf-8' })
    .end(html);
  return { noWebhookResponse: true };
}

function refuseMethod(context: IWebhookFunctions, { logins }: WebDeps): IWebhookResponseData {
  const waitMs = logins.rates.take('');
  if (waitMs > 0) return tooMuch(context, waitMs);
  answer(context, 405, { access: 'unknown' }, { Allow: 'GET, HEAD, POST' });
  return { noWebhookResponse: true };
}

/** POST does what the page asks for: look, start, code. */
async function answerPage(context: IWebhookFunctions, deps: WebDeps): Promise<IWebhookResponseData> {
  const asked = readBody(context.getBodyData());
  const { logins } = deps;
  const waitMs = logins.rates.take(asked ? digestOf(asked.ticket) : '', asked?.action === 'start');
  if (waitMs > 0) return tooMuch(context, waitMs);
  if (!asked) {
    answer(context, 400, { access: 'unknown' });
    return { noWebhookResponse: true };
  }
  const known = readCookie(header(context, 'cookie'));
  const browser = known ?? newSecret();
  const { usable = true, ...seen } = await act(deps, asked, browser);
  const language = languageOf(header(context, 'accept-language'));
  const view = await viewOf(seen, { language, shown: asked.shown, now: deps.now() });
  if (known === undefined && seen.access === 'yes')
    context.getResponseObject().set('Set-Cookie', cookie(context, browser));
  answer(context, 200, { ...view, ...(!usable && { usable }) });
  const isTestDone = context.getMode() === 'manual' && seen.access === 'yes' && seen.record.phase === 'done';
  const outcome = isTestDone ? await logins.tell(logins.keyOf(asked.ticket)) : undefined;
  // n8n waits for this in a test, which ends with it. A published workflow hears of it from the trigger.
  return { noWebhookResponse: true, ...(outcome && { workflowData: [[{ json: outcomeJson(outcome) }]] }) };
}

function answer(context: IWebhookFunctions, status: number, body: object, more: object = {}): void {
  const response = context.getResponseObject();
  if (response.headersSent) return;
  const headers = {
    ...pageHeaders('none'),
    'Content-Type': 'application/json; charset=utf-8',
    ...more,
  };
  response.status(status).set(headers).end(JSON.stringify(body));
}

function tooMuch(context: IWebhookFunctions, waitMs: number): IWebhookResponseData {
  const seconds = String(Math.ceil(waitMs / 1_000));
  answer(context, 429, { access: 'busy' }, { 'Retry-After': seconds });
  return { noWebhookResponse: true };
}

/** What the workflow gets. */
export function outcomeJson(outcome: LoginOutcome): IDataObject {
  const { botId, ownerUserId, credentialId, credentialName, created } = outcome;
  return { type: 'login', botId, ownerUserId, credentialId, credentialName, credentialCreated: created };
}

async function act(
  { logins, page, connect }: WebDeps,
  { action, code, ticket }: Asked,
  browser: string,
): Promise<Seen & { usable?: boolean }> {
  if (!IS_TICKET.test(ticket)) return { access: 'unknown' };
  const seen = await logins.look(page, ticket, browser);
  if (action === 'start') return logins.start(page, ticket, browser, connect);
  if (seen.access !== 'yes') return seen;
  logins.resumeSeen(ticket, seen.record, connect);
  if (action !== 'code') return seen;
  const usable = await logins.type(ticket, code);
  return { ...(await logins.look(page, ticket, browser)), usable };
}

const ACTIONS: readonly string[] = ['look', 'start', 'code'];
/** What `newSecret` makes; nothing else is looked for in the store. */
const IS_TICKET = /^[\w-]{43}$/;

/** n8n gives the body as it was parsed: anything, also nothing. @returns nothing when no page of ours has sent it */
function readBody(body: unknown): Asked | undefined {
  const fields = Object(body) as Record<string, unknown>;
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value.slice(0, 200) : '';
  };
  const action = text('do');
  if (!ACTIONS.includes(action)) return undefined;
  return { action, ticket: text('ticket'), shown: text('shown'), code: text('code') };
}

function header(context: IWebhookFunctions, name: string): string | undefined {
  const value: unknown = (context.getHeaderData() as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

function readCookie(text: string | undefined): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{20,100})`).exec(text ?? '')?.[1];
}

/**
 * Lax, because the page is opened from mails and chats; other sites' POST requests come without it. Without a path it is for the
 * folder of the page as the browser sees it, which a proxy before n8n may have moved.
 */
function cookie(context: IWebhookFunctions, browser: string): string {
  const isSecure =
    context.getRequestObject().secure || /^https\b/.test(header(context, 'x-forwarded-proto') ?? '');
  const parts = [`${COOKIE}=${browser}`, `Max-Age=${COOKIE_LIFE_S}`, 'HttpOnly', 'SameSite=Lax'];
  return [...parts, ...(isSecure ? ['Secure'] : [])].join('; ');
}
