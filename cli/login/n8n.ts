import type { LoginResult } from '../../login/state';
import { apiBaseUrl } from '../../n8n-api/address';
import { N8nApi, CREDENTIAL_NAME, type CredentialData, type StoredCredential } from '../../n8n-api/client';
import { ApiError } from '../../n8n-api/error';
import { Problem } from '../exit';
import { connectToN8n, type N8nConnection } from './n8n-http';

/** n8n is not there, or in trouble: it may be better in a moment. */
export class PassingProblem extends Problem {}

/** The n8n that a login writes into. Its failures are told in words for the terminal, without the key and the token. */
export class N8n {
  private readonly connection: N8nConnection;
  private readonly api: N8nApi;

  /** @param url the address of the editor */
  constructor(
    private readonly url: string,
    apiKey: string,
    signal: AbortSignal,
  ) {
    this.connection = connectToN8n(signal);
    const { send } = this.connection;
    this.api = new N8nApi({ baseUrl: apiBaseUrl(url) ?? url, apiKey, send });
  }

  /** Whether n8n answers, takes the key, and knows the credential's type. Changes nothing. @throws Problem when not */
  async check(): Promise<void> {
    const knows = await this.told('was asked for the WeChat credential', this.api.knowsWeChat());
    if (knows) return;
    throw new Problem(
      'This n8n does not know the WeChat credential',
      'Install the package in n8n first (Settings → Community nodes → n8n-nodes-wechat-ilink), and check --n8n-url.',
    );
  }

  /** The WeChat credential with this id or name. @throws Problem when there is none, or when several have the name */
  async find(idOrName: string): Promise<StoredCredential> {
    const all = await this.told('was to list credentials', this.weChatCredentials());
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

  create(name: string, data: CredentialData): Promise<StoredCredential> {
    return this.told('was to create the credential', this.api.create(name, data));
  }

  update(id: string, result: LoginResult): Promise<StoredCredential> {
    return this.told('was to update the credential', this.api.update(id, result));
  }

  /** Has n8n test the credential. Nothing when this n8n, or this key, cannot. */
  test(id: string): Promise<{ ok: boolean; message: string } | undefined> {
    return this.told('was to test the credential', this.api.test(id));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async weChatCredentials(): Promise<StoredCredential[]> {
    const found: StoredCredential[] = [];
    for await (const credential of this.api.credentials())
      if (credential.type === CREDENTIAL_NAME) found.push(credential);
    return found;
  }

  private async told<Result>(what: string, call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } catch (error) {
      throw error instanceof ApiError ? problemOf(error, this.url, what) : error;
    }
  }
}

function problemOf(error: ApiError, url: string, what: string): Problem {
  const { status, said, reason } = error.facts;
  const Kind = error.mayPass ? PassingProblem : Problem;
  switch (error.code) {
    case 'api_unreachable':
      return new Kind(
        `n8n could not be reached at ${url} (${reason})`,
        'Check --n8n-url, that n8n runs, and that this machine can open connections to it.',
      );
    case 'api_unauthorized':
      return new Kind(
        'n8n does not accept the API key',
        'Create a new one under Settings → n8n API, and put it into the environment variable N8N_API_KEY.',
      );
    case 'api_forbidden':
      return new Kind(
        'The API key may not do this',
        'Give it the scopes credential:create, credential:update, credential:list and credential:read under Settings → n8n API.',
      );
    case 'api_refused':
      return new Kind(
        `n8n answered HTTP ${status} when it ${what}${said ? `: ${said}` : ''}`,
        'Check --n8n-url and the version of n8n.',
      );
    case 'not_the_api':
      return new Kind(
        `What answers at ${url} is not the API of n8n`,
        'Check --n8n-url: it is the address at which you open the editor. The public API must not be switched off.',
      );
  }
}
