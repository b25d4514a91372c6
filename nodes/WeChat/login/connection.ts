import { randomBytes } from 'node:crypto';
import type { RequestHelperFunctions } from 'n8n-workflow';

import { systemClock } from '../../../ilink/clock';
import { openTransport } from '../../../ilink/connect';
import { DEFAULT_API_BASE_URL, DEFAULT_CDN_BASE_URL } from '../../../ilink/endpoints';
import type { LoginDeps } from '../../../login/requests';
import { CLIENT_VERSION } from '../../../ilink/version';
import { egressRule } from '../shared/connection';
import { readUrl, readVersion } from '../shared/credential';

/** Where a login is made, and what its credential will say. */
export interface ServerSettings {
  apiBaseUrl: string;
  cdnBaseUrl: string;
  clientVersion: string;
}

/** Reads the options that {@link serverOptions} offers. @throws CredentialProblem when one cannot be used */
export function readServerSettings(given: object): ServerSettings {
  const options = given as Partial<Record<keyof ServerSettings, unknown>>;
  const text = (value: unknown, otherwise: string): string => String(value ?? '').trim() || otherwise;
  return {
    apiBaseUrl: readUrl('API Base URL', text(options.apiBaseUrl, DEFAULT_API_BASE_URL)),
    cdnBaseUrl: readUrl('CDN Base URL', text(options.cdnBaseUrl, DEFAULT_CDN_BASE_URL)),
    clientVersion: readVersion(text(options.clientVersion, CLIENT_VERSION)),
  };
}

/** The connections of one login. Close them when it has ended. */
export function openLogin(
  { apiBaseUrl, clientVersion }: ServerSettings,
  helpers: Partial<RequestHelperFunctions>,
): { login: LoginDeps; close: () => Promise<void> } {
  const transport = openTransport({ clock: systemClock, ...egressRule(helpers) });
  const random = (): number => randomBytes(4).readUInt32BE(0);
  return {
    login: { transport, clock: systemClock, random, apiBaseUrl, clientVersion },
    close: () => transport.close(),
  };
}
