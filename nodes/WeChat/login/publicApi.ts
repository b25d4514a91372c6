import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import type { LoginProblem } from '../../../login/record';
import { SaveTrouble } from '../../../login/runner';
import { redact } from '../../../ilink/redact';

/** n8n's own credential type for its public API. */
export const N8N_API = 'n8nApi';

/** What of n8n's contexts is needed; all of them have it. */
export interface ApiContext {
  getCredentials(type: string): Promise<object>;
  helpers: { httpRequest(options: IHttpRequestOptions): Promise<unknown> };
}

/** An answer of n8n that says something: a success, or a status that the caller wants to judge itself. */
export interface ApiAnswer {
  statusCode: number;
  body: Record<string, unknown>;
}

/** n8n's public API with the key of the node. */
export interface PublicApi {
  baseUrl: string;
  /**
   * @param judged statuses that are answers here, and no failures
   * @throws SaveTrouble for everything else: the person can repair it, and the token waits for that
   */
  call(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    judged: readonly number[],
    body?: object,
  ): Promise<ApiAnswer>;
}

/** @param secrets what no error may repeat */
export async function openApi(context: ApiContext, secrets: string[]): Promise<PublicApi> {
  const { apiKey, baseUrl } = await readApiCredential(context);
  return {
    baseUrl,
    async call(method, path, judged, body) {
      const request = context.helpers.httpRequest({
        method,
        url: `${baseUrl}${path}`,
        headers: { 'X-N8N-API-KEY': apiKey },
        ...(body && { body: body as NonNullable<IHttpRequestOptions['body']> }),
        json: true,
        returnFullResponse: true,
        ignoreHttpStatusErrors: true,
      });
      // The error that it fails with would carry the request, and with it the token.
      const answer = (await request.catch(() => stop(UNREACHABLE))) as { statusCode: number; body: unknown };
      const { statusCode } = answer;
      if (judged.includes(statusCode) || isSuccess(answer))
        return { statusCode, body: objectOf(answer.body) };
      if (statusCode === 401) return stop(UNAUTHORIZED);
      if (statusCode === 403) return stop(FORBIDDEN);
      return stop(refusedBy(answer, [...secrets, apiKey]));
    },
  };
}

/** The address that the node's "n8n API" credential names, if it names one. */
export async function apiAddress(context: Pick<ApiContext, 'getCredentials'>): Promise<string | undefined> {
  return readApiCredential(context).then(
    ({ baseUrl }) => baseUrl,
    () => undefined,
  );
}

/** May pass: the person can repair it, and the token waits for that. */
function stop(problem: LoginProblem): never {
  throw new SaveTrouble(problem);
}

/** What is not n8n's API answers 200 to anything. */
function isSuccess({ statusCode, body }: { statusCode: number; body: unknown }): boolean {
  return statusCode >= 200 && statusCode < 300 && typeof objectOf(body).id === 'string';
}

function objectOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

async function readApiCredential(
  context: Pick<ApiContext, 'getCredentials'>,
): Promise<{ apiKey: string; baseUrl: string }> {
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
  message: 'The API key may not create or update this credential',
  next: 'Give the key the scopes credential:read, credential:create and credential:update under Settings → n8n API. A key writes only what its user may edit. You need not scan again.',
};

function refusedBy(
  { statusCode, body }: { statusCode: number; body: unknown },
  secrets: string[],
): LoginProblem {
  const { message } = objectOf(body);
  const said = typeof message === 'string' ? `: ${redact(message, secrets)}` : '';
  return {
    code: 'api_refused',
    message: `n8n did not save the credential (HTTP ${statusCode}${said})`,
    next: 'Check the Base URL of the n8n API credential: it ends in /api/v1. You need not scan again.',
  };
}
