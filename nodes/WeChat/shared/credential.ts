import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { BotCredential } from '../../../ilink/credential';
import { DEFAULT_API_BASE_URL, DEFAULT_CDN_BASE_URL } from '../../../ilink/endpoints';
import { CLIENT_VERSION, isClientVersion } from '../../../ilink/version';
import { inputWords, type InputFault } from '../texts';

export { CREDENTIAL_NAME } from '../../../n8n-api/client';

/** A credential that cannot work, before anything was sent. `message` and `next` are for the user. */
export class CredentialProblem extends Error {
  readonly next: string;

  constructor(fault: InputFault) {
    const { message, next } = inputWords(fault);
    super(message);
    this.name = 'CredentialProblem';
    this.next = next;
  }
}

/**
 * Reads the credential's fields, with the defaults for those that are empty.
 *
 * @throws CredentialProblem when the token is missing, or an address or the version cannot be one
 */
export function readCredential(data: ICredentialDataDecryptedObject): BotCredential {
  const text = (field: string): string => {
    const value = data[field];
    return typeof value === 'string' ? value.trim() : '';
  };
  return {
    botToken: readToken(text('botToken')),
    botId: text('botId'),
    ownerUserId: text('ownerUserId'),
    apiBaseUrl: readUrl('API Base URL', text('apiBaseUrl') || DEFAULT_API_BASE_URL),
    cdnBaseUrl: readUrl('CDN Base URL', text('cdnBaseUrl') || DEFAULT_CDN_BASE_URL),
    clientVersion: readVersion(text('clientVersion') || CLIENT_VERSION),
  };
}

function readToken(text: string): string {
  const token = text.replace(/^Bearer(\s+|$)/i, '');
  if (!token) {
    throw new CredentialProblem({ code: 'token_missing' });
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CredentialProblem({ code: 'token_unusable' });
  }
  return token;
}

export function readUrl(field: 'API Base URL' | 'CDN Base URL', text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return text.replace(/\/+$/, '');
  throw new CredentialProblem({ code: 'no_web_address', facts: { field } });
}

export function readVersion(version: string): string {
  if (isClientVersion(version)) return version;
  throw new CredentialProblem({ code: 'no_version' });
}
