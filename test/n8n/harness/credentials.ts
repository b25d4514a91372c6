import {
  ICredentialsHelper,
  type ICredentialDataDecryptedObject,
  type ICredentials,
  type IHttpRequestOptions,
  type INodeCredentialsDetails,
  type INodeProperties,
  type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { WeChatBotApi } from '../../../credentials/WeChatBotApi.credentials';

/** The credentials of this n8n, by id, as they are after decrypting. Editing one is writing it. */
export class TestCredentials extends ICredentialsHelper {
  readonly stored = new Map<string, ICredentialDataDecryptedObject>();
  /** How often one was read. */
  reads = 0;
  /** Reading takes until this is resolved, as it does while n8n's database is busy. */
  busy: Promise<void> = Promise.resolve();

  async getDecrypted(
    _additionalData: IWorkflowExecuteAdditionalData,
    { id, name }: INodeCredentialsDetails,
  ): Promise<ICredentialDataDecryptedObject> {
    this.reads++;
    await this.busy;
    const data = this.stored.get(id ?? '');
    if (!data) throw new Error(`Credential with ID "${id}" does not exist (${name})`);
    return { ...data };
  }

  getCredentialsProperties(): INodeProperties[] {
    return new WeChatBotApi().properties;
  }

  getParentTypes(): string[] {
    return [];
  }

  isCredentialUsableByNode(): boolean {
    return true;
  }

  async preAuthentication(): Promise<undefined> {
    return undefined;
  }

  async runPreAuthentication(): Promise<undefined> {
    return undefined;
  }

  async authenticate(): Promise<IHttpRequestOptions> {
    throw new Error('Not part of these tests');
  }

  async getCredentials(): Promise<ICredentials> {
    throw new Error('Not part of these tests');
  }

  async updateCredentials(): Promise<void> {
    throw new Error('Not part of these tests');
  }

  async updateCredentialsOauthTokenData(): Promise<void> {
    throw new Error('Not part of these tests');
  }
}
