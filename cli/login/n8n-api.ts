import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';

import type { LoginResult } from '../../login/state';
import { redact } from '../../ilink/redact';
import { Problem } from '../exit';

const CREDENTIAL_TYPE = 'weChatBotApi';
const LIMIT_MS = 15_000;
const PAGE = 250;
/** More credentials than any n8n has; a server that repeats its cursor must not make us loop. */
const MAX_PAGES = 100;

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export interface StoredCredential {
  id: string;
  name: string;
}

/** n8n is not there, or in trouble: it may be better in a moment. */
export class PassingProblem extends Problem {}

/** The fields of the credential, as n8n keeps them. */
export type CredentialData = LoginResult & { cdnBaseUrl: string; clientVersion: string };

/** The address below which the API is, from what people paste: with or without /api/v1 and slashes. */
export function apiRoot(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
}

/** n8n's public API, as far as a login needs it. Errors never carry the key or the token. */
export class N8nApi {
  private readonly dispatcher: Dispatcher;

  constructor(
    private readonly url: string,
    private readonly apiKey: string,
    private readonly signal: AbortSignal,
  ) {
    // Proxies are for the way out; an n8n on this machine is not reached through one.
    this.dispatcher = isLoopback(new URL(url).hostname) ? new Agent() : new EnvHttpProxyAgent();
  }

  /** Whether n8n answers, takes the key, and knows the credential's type. Changes nothing. @throws Problem when not */
  async check(): Promise<void> {
    const answer = await this.call('GET', `credentials/schema/${CREDENTIAL_TYPE}`);
    if (answer.status === 404) {
      throw new Problem(
        'This n8n does not know the WeChat credential',
        'Install the package in n8n first (Settings → Community nodes → n8n-nodes-wechat-ilink), and check --n8n-url.',
      );
    }
    this.expectSuccess(answer, 'was asked for the WeChat credential');
    if (typeof answer.body.properties !== 'object') throw notN8n(this.url);
  }

  /** The WeChat credential with this id or name. @throws Problem when there is none, or when several have the name */
  async find(idOrName: string): Promise<StoredCredential> {
    const all = await this.list();
    const byId = all.find(({ id }) => id === idOrName);
    const byName = all.filter(({ name }) => name === idOrName);
    if (byId) return byId;
    if (byName.length === 1) return byName[0]!;
    if (byName.length > 1) {
      throw new Problem(
        `${byName.length} WeChat credentials have the name "${idOrName}"`,
        `Name one by its id: ${byName.map(({ id }) => id).join(', ')}.`,
      );
    }
    const known = all.map(({ id, name }) => `"${name}" (${id})`).join(', ');
    throw new Problem(
      `n8n has no WeChat credential "${idOrName}"`,
      known === '' ? 'Leave --n8n-credential out to create one.' : `There are: ${known}.`,
    );
  }

  async create(name: string, data: CredentialData): Promise<StoredCredential> {
    const answer = await this.call(
      'POST',
      'credentials',
      { name, type: CREDENTIAL_TYPE, data },
      data.botToken,
    );
    return stored(this.expectSuccess(answer, 'was to create the credential', data.botToken), this.url);
  }

  /** Replaces what a login gives; the other fields stay as the user has set them. */
  async update(
    id: string,
    { botToken, botId, ownerUserId, apiBaseUrl }: LoginResult,
  ): Promise<StoredCredential> {
    const data = { botToken, botId, ownerUserId, apiBaseUrl };
    // Without a type: with one, n8n would make a WeChat credential of any other.
    const body = { data, isPartialData: true };
    const answer = await this.call('PATCH', `credentials/${encodeURIComponent(id)}`, body, botToken);
    return stored(this.expectSuccess(answer, 'was to update the credential', botToken), this.url);
  }

  /** Has n8n test the credential. Nothing when this n8n, or this key, cannot. */
  async test(id: string): Promise<{ ok: boolean; message: string } | undefined> {
    const { status, body } = await this.call('POST', `credentials/${encodeURIComponent(id)}/test`, {});
    if (status !== 200 || typeof body.status !== 'string') return undefined;
    return { ok: body.status === 'OK', message: String(body.message ?? '') };
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private async list(): Promise<StoredCredential[]> {
    const found: StoredCredential[] = [];
    let cursor = '';
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = `limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const { body } = this.expectSuccess(
        await this.call('GET', `credentials?${query}`),
        'was to list credentials',
      );
      const entries = Array.isArray(body.data) ? (body.data as Array<Record<string, unknown>>) : [];
      for (const { id, name, type } of entries)
        if (type === CREDENTIAL_TYPE) found.push({ id: String(id), name: String(name) });
      if (typeof body.nextCursor !== 'string' || body.nextCursor === '') break;
      cursor = body.nextCursor;
    }
    return found;
  }

  private async call(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: object,
    secret = '',
  ): Promise<Answer> {
    try {
      const answer = await request(`${this.url}/api/v1/${path}`, {
        method,
        headers: {
          'X-N8N-API-KEY': this.apiKey,
          Accept: 'application/json',
          'Content-Type': 'application/json',
        },
        body: body === undefined ? null : JSON.stringify(body),
        dispatcher: this.dispatcher,
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(LIMIT_MS)]),
      });
      return { status: answer.statusCode, body: objectOf(await answer.body.text()) };
    } catch (error) {
      this.signal.throwIfAborted();
      const { code, name, message } = error as Error & { code?: string };
      const reason = redact(code ?? (name === 'TimeoutError' ? 'no answer in time' : message), [
        this.apiKey,
        secret,
      ]);
      throw new PassingProblem(
        `n8n could not be reached at ${this.url} (${reason})`,
        'Check --n8n-url, that n8n runs, and that this machine can open connections to it.',
      );
    }
  }

  private expectSuccess(answer: Answer, what: string, secret = ''): Answer {
    const { status, body } = answer;
    if (status >= 200 && status < 300) return answer;
    if (status === 401) {
      throw new Problem(
        'n8n does not accept the API key',
        'Create a new one under Settings → n8n API, and put it into the environment variable N8N_API_KEY.',
      );
    }
    if (status === 403) {
      throw new Problem(
        'The API key may not do this',
        'Give it the scopes credential:create, credential:update, credential:list and credential:read under Settings → n8n API.',
      );
    }
    const said = typeof body.message === 'string' ? `: ${redact(body.message, [this.apiKey, secret])}` : '';
    const Kind = status >= 500 ? PassingProblem : Problem;
    throw new Kind(
      `n8n answered HTTP ${status} when it ${what}${said}`,
      'Check --n8n-url and the version of n8n.',
    );
  }
}

function stored({ body }: Answer, url: string): StoredCredential {
  if (typeof body.id !== 'string') throw notN8n(url);
  return { id: body.id, name: String(body.name ?? '') };
}

function notN8n(url: string): Problem {
  return new Problem(
    `What answers at ${url} is not the API of n8n`,
    'Check --n8n-url: it is the address at which you open the editor. The public API must not be switched off.',
  );
}

function objectOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
