import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import type { SaveProblem } from '../../../login/record';
import { SaveTrouble } from '../../../login/runner';
import { apiBaseUrl } from '../../../n8n-api/address';
import { N8nApi, type Send } from '../../../n8n-api/client';
import { ApiError } from '../../../n8n-api/error';

/** n8n's own credential type for its public API. */
export const N8N_API = 'n8nApi';

/** What of n8n's contexts is needed; all of them have it. */
export interface ApiContext {
  getCredentials(type: string): Promise<object>;
  helpers: { httpRequest(options: IHttpRequestOptions): Promise<unknown> };
}

/**
 * Does something with n8n's public API and the key of the node.
 *
 * @throws SaveTrouble when the API does not do it: the person can repair that, and the token waits for it
 */
export async function withPublicApi<Result>(
  context: ApiContext,
  action: (api: N8nApi, baseUrl: string) => Promise<Result>,
): Promise<Result> {
  const { apiKey, baseUrl } = await readApiCredential(context);
  try {
    return await action(new N8nApi({ baseUrl, apiKey, send: sendBy(context) }), baseUrl);
  } catch (error) {
    throw error instanceof ApiError ? new SaveTrouble(problemOf(error)) : error;
  }
}

/** The address that the node's "n8n API" credential names, if it names one. */
export async function apiAddress(context: Pick<ApiContext, 'getCredentials'>): Promise<string | undefined> {
  return readApiCredential(context).then(
    ({ baseUrl }) => baseUrl,
    () => undefined,
  );
}

/** By n8n's own helper, so that its proxy and egress rules hold. */
function sendBy({ helpers }: ApiContext): Send {
  return async ({ body, ...request }) => {
    const answering = helpers.httpRequest({
      ...request,
      ...(body && { body: body as NonNullable<IHttpRequestOptions['body']> }),
      json: true,
      returnFullResponse: true,
      ignoreHttpStatusErrors: true,
    });
    // The error that it fails with would carry the request, and with it the token.
    const answer = await answering.catch(() => Promise.reject(new ApiError('api_unreachable')));
    const { statusCode, body: answered } = answer as { statusCode: number; body: unknown };
    return { status: statusCode, body: answered };
  };
}

async function readApiCredential(
  context: Pick<ApiContext, 'getCredentials'>,
): Promise<{ apiKey: string; baseUrl: string }> {
  const missing = (): never => {
    throw new SaveTrouble({ code: 'api_key_missing' });
  };
  const data = (await context.getCredentials(N8N_API).catch(missing)) as ICredentialDataDecryptedObject;
  const apiKey = String(data.apiKey ?? '').trim();
  const baseUrl = apiBaseUrl(String(data.baseUrl ?? ''));
  return apiKey && baseUrl ? { apiKey, baseUrl } : missing();
}

function problemOf({ code, facts }: ApiError): SaveProblem {
  const isRefusal = code === 'api_refused' || code === 'not_the_api';
  return isRefusal ? { code: 'api_refused', facts } : { code };
}
