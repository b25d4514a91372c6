import type { LoginResult } from '../../login/state';
import { apiBaseUrl } from '../../n8n-api/address';
import { N8nApi, CREDENTIAL_NAME, type CredentialData, type StoredCredential } from '../../n8n-api/client';
import { ApiError } from '../../n8n-api/error';
import { Problem } from '../exit';
import { CREDENTIAL_UNKNOWN, n8nWords, noneNamed, severalNamed, type N8nTask } from '../texts';
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
    if (!(await this.told('check', this.api.knowsWeChat()))) throw new Problem(CREDENTIAL_UNKNOWN);
  }

  /** The WeChat credential with this id or name. @throws Problem when there is none, or when several have the name */
  async find(idOrName: string): Promise<StoredCredential> {
    const all = await this.told('list', this.weChatCredentials());
    const byId = all.find(({ id }) => id === idOrName);
    const byName = all.filter(({ name }) => name === idOrName);
    if (byId) return byId;
    if (byName.length === 1) return byName[0]!;
    throw new Problem(byName.length > 1 ? severalNamed(idOrName, byName) : noneNamed(idOrName, all));
  }

  create(name: string, data: CredentialData): Promise<StoredCredential> {
    return this.told('create', this.api.create(name, data));
  }

  update(id: string, result: LoginResult): Promise<StoredCredential> {
    return this.told('update', this.api.update(id, result));
  }

  /** Has n8n test the credential. Nothing when this n8n, or this key, cannot. */
  test(id: string): Promise<{ ok: boolean; message: string } | undefined> {
    return this.told('test', this.api.test(id));
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

  private async told<Result>(task: N8nTask, call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const Kind = error.mayPass ? PassingProblem : Problem;
      throw new Kind(n8nWords(error, this.url, task));
    }
  }
}
