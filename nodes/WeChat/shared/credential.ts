import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { BotCredential } from '../../../ilink/credential';
import { DEFAULT_API_BASE_URL, DEFAULT_CDN_BASE_URL } from '../../../ilink/endpoints';
import { CLIENT_VERSION, isClientVersion } from '../../../ilink/version';

export { CREDENTIAL_NAME } from '../../../n8n-api/client';

/** A credential that cannot work, before anything was sent. `message` and `next` are for the user. */
export class CredentialProblem extends Error {
  constructor(
    message: string,
    readonly next: string,
  ) {
    super(message);
    this.name = 'CredentialProblem';
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
    throw new CredentialProblem(
      'The bot token is missing',
      'Log in with a QR code and put the "bot_token" into the credential.',
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CredentialProblem(
      'The bot token contains characters that no token has',
      'Copy only the value of "bot_token", without quotes, spaces or line breaks inside.',
    );
  }
  return token;
}

export function readUrl(field: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return text.replace(/\/+$/, '');
  throw new CredentialProblem(
    `${field} is not a web address`,
    'It has to start with https://, for example https://ilinkai.weixin.qq.com.',
  );
}

export function readVersion(version: string): string {
  if (isClientVersion(version)) return version;
  throw new CredentialProblem(
    'Client Version is not a version',
    'It has the form 2.4.9: three numbers from 0 to 255.',
  );
}
