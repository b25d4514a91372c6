import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import type { LoginOutcome, LoginProblem, LoginTarget } from '../../../bot/login/record';
import { LoginStop, SaveTrouble, type SaveLogin } from '../../../bot/login/runner';
import type { LoginResult } from '../../../ilink/login/state';
import { redact } from '../../../ilink/redact';
import type { Store } from '../../../store/store';
import { CREDENTIAL_NAME } from '../shared/credential';

/** n8n's own credential type for its public API. */
export const N8N_API = 'n8nApi';
const KIND = 'login-credential';
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** What the nodes' settings say about the credential. */
export interface CredentialSettings {
  /** The name of a credential that is new. */
  name: string;
  cdnBaseUrl: string;
  clientVersion: string;
}

/** What of n8n's contexts is needed; all of them have it. */
export interface ApiContext {
  getCredentials(type: string): Promise<object>;
  helpers: { httpRequest(options: IHttpRequestOptions): Promise<unknown> };
}

interface Answer {
  statusCode: number;
  body: unknown;
}

/**
 * Puts a login's token into n8n's credential store, through n8n's public API with the user's API key: the credential that
 * the target names, else the one that the same person's last login got, else a new one. The token goes nowhere else.
 */
export function credentialSaver(
  context: ApiContext,
  settings: CredentialSettings,
  store: () => Promise<Store>,
): SaveLogin {
  return async (result, target) => {
    refuseStranger(result, target);
    const api = await openApi(context, result);
    const known = target.credentialId ?? (await rememberedId(store, api.baseUrl, result.ownerUserId));
    const outcome =
      (known === undefined ? undefined : await update(api, known, result)) ??
      (await create(api, target.credentialName ?? settings.name, result, settings));
    await remember(store, api.baseUrl, outcome);
    return outcome;
  };
}

/** A link that renews a credential can reach the wrong person, whose messages must not take the place of the right one's. */
export function refuseStranger({ ownerUserId }: LoginResult, target: LoginTarget): void {
  if (!target.ownerUserId || !ownerUserId || target.ownerUserId === ownerUserId) return;
  throw new LoginStop({
    code: 'other_account',
    message: 'Another WeChat account scanned the code, and the credential was left as it is',
    next: 'Scan with the account of this credential. To connect another account, get a link without a credential.',
  });
}

interface Api {
  baseUrl: string;
  call(method: 'POST' | 'PATCH', path: string, body: object): Promise<Answer>;
}

async function openApi(context: ApiContext, { botToken }: LoginResult): Promise<Api> {
  const { apiKey, baseUrl } = await readApiCredential(context);
  const call = async (method: 'POST' | 'PATCH', path: string, body: object): Promise<Answer> => {
    const request = context.helpers.httpRequest({
      method,
      url: `${baseUrl}${path}`,
      headers: { 'X-N8N-API-KEY': apiKey },
      body: body as IHttpRequestOptions['body'],
      json: true,
      returnFullResponse: true,
      ignoreHttpStatusErrors: true,
    });
    // The error that it fails with would carry the request, and with it the token.
    const answer = (await request.catch(() => stop(UNREACHABLE))) as Answer;
    if (answer.statusCode === 401) return stop(UNAUTHORIZED);
    if (answer.statusCode === 403) return stop(FORBIDDEN);
    const missing = method === 'PATCH' && answer.statusCode === 404;
    return missing || isCredential(answer) ? answer : stop(refusedBy(answer, [botToken, apiKey]));
  };
  return { baseUrl, call };
}

/** May pass: the person can repair it, and the token waits for that. */
function stop(problem: LoginProblem): never {
  throw new SaveTrouble(problem);
}

function isCredential({ statusCode, body }: Answer): boolean {
  const { id } = Object(body) as { id?: unknown };
  return statusCode >= 200 && statusCode < 300 && typeof id === 'string';
}

async function readApiCredential(context: ApiContext): Promise<{ apiKey: string; baseUrl: string }> {
  const data = (await context
    .getCredentials(N8N_API)
    .catch(() => stop(KEY_MISSING))) as ICredentialDataDecryptedObject;
  const apiKey = String(data.apiKey ?? '').trim();
  const baseUrl = apiBaseUrl(String(data.baseUrl ?? ''));
  return apiKey && baseUrl ? { apiKey, baseUrl } : stop(KEY_MISSING);
}

/** n8n's credential wants `…/api/v1`, and people type the address of their n8n. Nothing when it is no address. */
export function apiBaseUrl(text: string): string | undefined {
  const address = text.trim().replace(/\/+$/, '');
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) return undefined;
  return /\/api\/v\d+$/.test(address) ? address : `${address}/api/v1`;
}

/** @returns nothing when there is no such credential any more */
async function update(api: Api, id: string, result: LoginResult): Promise<LoginOutcome | undefined> {
  const { botToken, botId, ownerUserId, apiBaseUrl: base } = result;
  const data = { botToken, botId, ownerUserId, apiBaseUrl: base };
  const body = { type: CREDENTIAL_NAME, data, isPartialData: true };
  const answer = await api.call('PATCH', `/credentials/${encodeURIComponent(id)}`, body);
  return answer.statusCode === 404 ? undefined : outcomeOf(answer, result, false);
}

async function create(
  api: Api,
  name: string,
  result: LoginResult,
  { cdnBaseUrl, clientVersion }: CredentialSettings,
): Promise<LoginOutcome> {
  const { botToken, botId, ownerUserId, apiBaseUrl: base } = result;
  const data = { botToken, botId, ownerUserId, apiBaseUrl: base, cdnBaseUrl, clientVersion };
  return outcomeOf(
    await api.call('POST', '/credentials', { name, type: CREDENTIAL_NAME, data }),
    result,
    true,
  );
}

function outcomeOf({ body }: Answer, { botId, ownerUserId }: LoginResult, created: boolean): LoginOutcome {
  const { id, name } = body as { id: string; name?: string };
  return { botId, ownerUserId, credentialId: id, credentialName: name ?? '', created };
}

async function rememberedId(
  store: () => Promise<Store>,
  baseUrl: string,
  ownerUserId: string,
): Promise<string | undefined> {
  if (!ownerUserId) return undefined;
  const body = await (await store()).slips.read(KIND, ownerUserId, 0);
  const known = body === undefined ? undefined : (JSON.parse(body) as { baseUrl: string; id: string });
  return known?.baseUrl === baseUrl ? known.id : undefined;
}

async function remember(
  store: () => Promise<Store>,
  baseUrl: string,
  { ownerUserId, credentialId }: LoginOutcome,
): Promise<void> {
  if (!ownerUserId) return;
  const { slips } = await store();
  const body = JSON.stringify({ baseUrl, id: credentialId });
  const before = await slips.read(KIND, ownerUserId, 0);
  await slips.write(KIND, { key: ownerUserId, body, expiresAt: FOR_EVER }, before, 0);
}

/** The next login of this person gets a credential of its own. */
export async function forgetCredential(store: Store, ownerUserId: string): Promise<void> {
  await store.slips.remove(KIND, ownerUserId);
}

const KEY_MISSING = {
  code: 'api_key_missing',
  message: 'There is no usable n8n API credential',
  next: 'Choose an "n8n API" credential in the login node, with an API key and the address of this n8n, such as http://localhost:5678/api/v1. You need not scan again.',
};
const UNREACHABLE = {
  code: 'api_unreachable',
  message: 'n8n cannot reach its own API',
  next: 'Check the Base URL of the n8n API credential: it is called from where n8n runs, often http://localhost:5678/api/v1. You need not scan again.',
};
const UNAUTHORIZED = {
  code: 'api_unauthorized',
  message: 'n8n does not accept the API key',
  next: 'Check the n8n API credential, or create a new key under Settings → n8n API. You need not scan again.',
};
const FORBIDDEN = {
  code: 'api_forbidden',
  message: 'The API key may not create or update credentials',
  next: 'Give the key the scopes credential:create and credential:update under Settings → n8n API. You need not scan again.',
};

function refusedBy({ statusCode, body }: Answer, secrets: string[]): LoginProblem {
  const { message } = Object(body) as { message?: unknown };
  const said = typeof message === 'string' ? `: ${redact(message, secrets)}` : '';
  return {
    code: 'api_refused',
    message: `n8n did not save the credential (HTTP ${statusCode}${said})`,
    next: 'Check the Base URL of the n8n API credential: it ends in /api/v1. You need not scan again.',
  };
}
