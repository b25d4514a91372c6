import { randomBytes } from 'node:crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { LoginDesk, LoginMeans, Seen } from '../../../bot/login/desk';
import type { LoginOutcome } from '../../../bot/login/record';
import { newSecret } from '../../../bot/login/records';
import { pageHeaders, pageHtml, type PageAssets } from './page';
import { languageOf } from './texts';
import { viewOf } from './view';

const COOKIE = 'wechat-ilink-login';
const COOKIE_LIFE_S = 24 * 3600;
/** A test in the editor listens for two minutes; a login that has begun may outlive that. */
const TEST_TICKET_MS = 30 * 60_000;

/** What answering needs besides n8n's context. */
export interface WebDeps {
  desk: LoginDesk;
  page: string;
  means: () => LoginMeans;
  assets: () => PageAssets;
  now: () => number;
}

interface Asked {
  action: string;
  ticket: string;
  shown: string;
  code: string;
}

/** GET gives the page, and does nothing else: link previews and scanners of mails fetch it, too. */
export function servePage(context: IWebhookFunctions, { assets }: WebDeps): IWebhookResponseData {
  const nonce = randomBytes(16).toString('base64');
  const html = pageHtml(languageOf(context.getHeaderData()['accept-language']), nonce, assets());
  const response = context.getResponseObject();
  response
    .status(200)
    .set({ ...pageHeaders(nonce), 'Content-Type': 'text/html; charset=utf-8' })
    .end(html);
  return { noWebhookResponse: true };
}

/** POST does what the page asks for: look, start, code. */
export async function answerPage(context: IWebhookFunctions, deps: WebDeps): Promise<IWebhookResponseData> {
  const asked = readBody(context.getBodyData());
  const testing = context.getMode() === 'manual';
  const { ticket, browser, isNew } = await secretsOf(context, asked, deps, testing);
  const seen = await act(deps, asked, ticket, browser);
  const usable = seen.usable ?? true;
  const language = languageOf(context.getHeaderData()['accept-language']);
  const view = await viewOf(seen, { language, shown: asked.shown, now: deps.now() });
  const response = context.getResponseObject();
  response.status(200).set({ ...pageHeaders('none'), 'Content-Type': 'application/json; charset=utf-8' });
  if (isNew && seen.access === 'yes') response.set('Set-Cookie', cookie(context, browser));
  const body = { ...view, ...(ticket !== asked.ticket && { ticket }), ...(!usable && { usable }) };
  response.end(JSON.stringify(body));
  const isDone = seen.access === 'yes' && seen.record.phase === 'done';
  const outcome = testing && isDone ? await deps.desk.tell(deps.desk.keyOf(ticket)) : undefined;
  // n8n waits for this in a test, which ends with it. A published workflow hears of it from the trigger.
  return { noWebhookResponse: true, ...(outcome && { workflowData: [[{ json: outcomeJson(outcome) }]] }) };
}

/** What the workflow gets. */
export function outcomeJson(outcome: LoginOutcome): IDataObject {
  const { botId, ownerUserId, credentialId, credentialName, created } = outcome;
  return { type: 'login', botId, ownerUserId, credentialId, credentialName, credentialCreated: created };
}

async function act(
  { desk, page, means }: WebDeps,
  { action, code }: Asked,
  ticket: string,
  browser: string,
): Promise<Seen & { usable?: boolean }> {
  if (action === 'start') return desk.start(page, ticket, browser, means);
  const seen = await desk.look(page, ticket, browser);
  if (seen.access !== 'yes') return seen;
  desk.resumeSeen(ticket, seen.record, means);
  if (action !== 'code') return seen;
  const usable = await desk.type(ticket, code);
  return { ...(await desk.look(page, ticket, browser)), usable };
}

/** The ticket of the link and the secret of this browser. A test in the editor needs no link: somebody has just asked for it. */
async function secretsOf(
  context: IWebhookFunctions,
  { ticket, action }: Asked,
  { desk, page }: WebDeps,
  testing: boolean,
): Promise<{ ticket: string; browser: string; isNew: boolean }> {
  const known = readCookie(context.getHeaderData().cookie);
  const secrets = { ticket, browser: known ?? newSecret(), isNew: known === undefined };
  if (!testing || (action !== 'start' && ticket !== '')) return secrets;
  const { access } = await desk.look(page, ticket, known);
  if (access !== 'unknown') return secrets;
  return { ...secrets, ticket: await desk.ticket(page, {}, TEST_TICKET_MS) };
}

function readBody(body: IDataObject): Asked {
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name].slice(0, 200) : '');
  return { action: text('do'), ticket: text('ticket'), shown: text('shown'), code: text('code') };
}

function readCookie(header: string | undefined): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{20,100})`).exec(header ?? '')?.[1];
}

/**
 * Lax, because the page is opened from mails and chats; other sites' POST requests come without it. Without a path it is for the
 * folder of the page as the browser sees it, which a proxy before n8n may have moved.
 */
function cookie(context: IWebhookFunctions, browser: string): string {
  const { headers, secure } = context.getRequestObject();
  const isSecure = secure || /^https\b/.test(String(headers['x-forwarded-proto']));
  const parts = [`${COOKIE}=${browser}`, `Max-Age=${COOKIE_LIFE_S}`, 'HttpOnly', 'SameSite=Lax'];
  return [...parts, ...(isSecure ? ['Secure'] : [])].join('; ');
}
