import { redact } from '../ilink/redact';
import type { LoginResult } from '../login/state';
import { ApiError } from './error';

/** The credential type of this package, as n8n knows it. */
export const CREDENTIAL_NAME = 'weChatBotApi';

/** The fields of a WeChat credential, as n8n keeps them. */
export type CredentialData = LoginResult & { cdnBaseUrl: string; clientVersion: string };

/** A request to n8n, with the key in its headers. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH';
  url: string;
  headers: Record<string, string>;
  body?: object;
}

/** What n8n answered, whatever the status. */
export interface ApiAnswer {
  status: number;
  /** The JSON, or anything else that came. */
  body: unknown;
}

/**
 * Carries a request to n8n.
 *
 * @throws ApiError `api_unreachable` when no answer came; what else it throws, the caller of the client gets
 */
export type Send = (request: ApiRequest) => Promise<ApiAnswer>;

/** A credential as n8n tells it. Another one than ours may be asked for, too. */
export interface StoredCredential {
  id: string;
  name: string;
  /** Absent where this n8n does not say. */
  type?: string;
  /** The projects that may use it. */
  projectIds: string[];
  /** Whether everybody may. */
  isGlobal: boolean;
}

export interface ClientOptions {
  /** As `apiBaseUrl` gives it. */
  baseUrl: string;
  apiKey: string;
  send: Send;
}

const PAGE = 250;
/** More credentials than any n8n has; a server that repeats its cursor must not make us loop. */
const MAX_PAGES = 100;

/** n8n's public API, as far as a login needs it. Every method throws {@link ApiError} when it does not succeed. */
export class N8nApi {
  constructor(private readonly options: ClientOptions) {}

  /** Whether n8n takes the key and knows our credential type. Changes nothing. */
  async knowsWeChat(): Promise<boolean> {
    const answer = await this.ask('GET', `credentials/schema/${CREDENTIAL_NAME}`);
    if (answer.status === 404) return false;
    const { properties } = this.succeeded(answer);
    if (typeof properties !== 'object') throw new ApiError('not_the_api', { status: answer.status });
    return true;
  }

  /** All credentials that the key may see, in pages: whoever has found what he looks for asks for no more. */
  async *credentials(): AsyncGenerator<StoredCredential, void> {
    let cursor = '';
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = `limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const answer = await this.ask('GET', `credentials?${query}`);
      const { data, nextCursor } = this.succeeded(answer);
      if (!Array.isArray(data)) throw new ApiError('not_the_api', { status: answer.status });
      yield* data.map(readCredential);
      if (typeof nextCursor !== 'string' || nextCursor === '') return;
      cursor = nextCursor;
    }
  }

  async credential(id: string): Promise<StoredCredential> {
    return this.stored(await this.ask('GET', pathOf(id)));
  }

  /** A new WeChat credential. */
  async create(name: string, data: CredentialData): Promise<StoredCredential> {
    const { botToken, botId, ownerUserId, apiBaseUrl, cdnBaseUrl, clientVersion } = data;
    const fields = { botToken, botId, ownerUserId, apiBaseUrl, cdnBaseUrl, clientVersion };
    const body = { name, type: CREDENTIAL_NAME, data: fields };
    return this.stored(await this.ask('POST', 'credentials', body), botToken);
  }

  /** Replaces what a login gives; the other fields stay as the user has set them. */
  async update(id: string, result: LoginResult): Promise<StoredCredential> {
    const { botToken, botId, ownerUserId, apiBaseUrl } = result;
    // Without a type: with one, n8n would make a WeChat credential of any other. So it refuses these fields for any other.
    const body = { data: { botToken, botId, ownerUserId, apiBaseUrl }, isPartialData: true };
    return this.stored(await this.ask('PATCH', pathOf(id), body), botToken);
  }

  /** Has n8n test the credential. Nothing when this n8n, or this key, cannot. */
  async test(id: string): Promise<{ ok: boolean; message: string } | undefined> {
    const { status, body } = await this.ask('POST', `${pathOf(id)}/test`, {});
    const said = objectOf(body);
    if (status !== 200 || typeof said.status !== 'string') return undefined;
    return { ok: said.status === 'OK', message: String(said.message ?? '') };
  }

  private ask(method: ApiRequest['method'], path: string, body?: object): Promise<ApiAnswer> {
    const { baseUrl, apiKey, send } = this.options;
    const headers = { 'X-N8N-API-KEY': apiKey };
    return send({ method, url: `${baseUrl}/${path}`, headers, ...(body && { body }) });
  }

  /** What is not n8n's API answers 200 to anything. */
  private stored(answer: ApiAnswer, secret = ''): StoredCredential {
    const body = this.succeeded(answer, secret);
    if (typeof body.id !== 'string') throw new ApiError('not_the_api', { status: answer.status });
    return readCredential(body);
  }

  private succeeded({ status, body }: ApiAnswer, secret = ''): Record<string, unknown> {
    const answer = objectOf(body);
    if (status >= 200 && status < 300) return answer;
    if (status === 401) throw new ApiError('api_unauthorized', { status });
    if (status === 403) throw new ApiError('api_forbidden', { status });
    const { message } = answer;
    const said = typeof message === 'string' ? redact(message, [this.options.apiKey, secret]) : '';
    throw new ApiError('api_refused', { status, ...(said && { said }) });
  }
}

function pathOf(id: string): string {
  return `credentials/${encodeURIComponent(id)}`;
}

function readCredential(entry: unknown): StoredCredential {
  const { id, name, type, shared, isGlobal } = objectOf(entry);
  return {
    id: String(id),
    name: String(name ?? ''),
    ...(typeof type === 'string' && { type }),
    projectIds: Array.isArray(shared) ? shared.map((project) => String(objectOf(project).id)) : [],
    isGlobal: isGlobal === true,
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
