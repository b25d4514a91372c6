import { parseArgs } from 'node:util';

import { DEFAULT_API_BASE_URL, DEFAULT_CDN_BASE_URL } from '../../ilink/endpoints';
import { CLIENT_VERSION, isClientVersion } from '../../ilink/version';
import { editorUrl } from '../../n8n-api/address';
import { UsageProblem } from '../exit';
import { USAGE_PROBLEMS } from '../texts';

/** Where the token goes at the end; all that are asked for. */
export interface Sinks {
  showToken: boolean;
  output?: string;
  n8n?: {
    url: string;
    apiKey: string;
    /** Id or name of the credential to update; without it a new one is made. */
    credential?: string;
    /** The name of a new one. */
    name: string;
  };
}

export interface LoginOptions {
  apiBaseUrl: string;
  cdnBaseUrl: string;
  clientVersion: string;
  png?: string;
  json: boolean;
  lightBackground: boolean;
  sinks: Sinks;
}

const OPTIONS = {
  'api-base-url': { type: 'string' },
  'cdn-base-url': { type: 'string' },
  'client-version': { type: 'string' },
  png: { type: 'string' },
  json: { type: 'boolean' },
  'light-terminal': { type: 'boolean' },
  'show-token': { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  'n8n-url': { type: 'string' },
  'n8n-api-key': { type: 'string' },
  'n8n-credential': { type: 'string' },
  'n8n-name': { type: 'string' },
} as const;

/**
 * Reads the command line of `login`.
 *
 * @param interactive whether somebody can be asked at the end where the token should go
 * @throws UsageProblem when it does not make sense
 */
export function loginOptions(args: string[], env: NodeJS.ProcessEnv, interactive: boolean): LoginOptions {
  const values = parsed(args);
  const n8n = n8nOptions(values, env);
  const sinks: Sinks = {
    showToken: values['show-token'] === true,
    ...(values.output !== undefined && { output: filePath('output', values.output) }),
    ...(n8n && { n8n }),
  };
  const json = values.json === true;
  if ((json || !interactive) && !sinks.showToken && sinks.output === undefined && !sinks.n8n) {
    throw new UsageProblem(USAGE_PROBLEMS.nowhere);
  }
  return {
    apiBaseUrl: webAddress('api-base-url', values['api-base-url'] ?? DEFAULT_API_BASE_URL),
    cdnBaseUrl: webAddress('cdn-base-url', values['cdn-base-url'] ?? DEFAULT_CDN_BASE_URL),
    clientVersion: version(values['client-version'] ?? CLIENT_VERSION),
    ...(values.png !== undefined && { png: filePath('png', values.png) }),
    json,
    lightBackground: values['light-terminal'] === true,
    sinks,
  };
}

type Values = ReturnType<typeof parsed>;

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageProblem({ message: (error as Error).message, next: USAGE_PROBLEMS.see('login') });
  }
}

function n8nOptions(values: Values, env: NodeJS.ProcessEnv): Sinks['n8n'] {
  const { 'n8n-url': url, 'n8n-credential': credential, 'n8n-name': name } = values;
  if (url === undefined) {
    if (credential !== undefined || name !== undefined || values['n8n-api-key'] !== undefined) {
      throw new UsageProblem(USAGE_PROBLEMS.whichN8n);
    }
    return undefined;
  }
  if (credential !== undefined && name !== undefined) {
    throw new UsageProblem(USAGE_PROBLEMS.newOrOld);
  }
  const apiKey = (values['n8n-api-key'] ?? env.N8N_API_KEY ?? '').trim();
  if (apiKey === '') {
    throw new UsageProblem(USAGE_PROBLEMS.noApiKey);
  }
  return {
    url: editorUrl(webAddress('n8n-url', url)),
    apiKey,
    ...(credential !== undefined && { credential }),
    name: name ?? 'WeChat',
  };
}

/** @throws UsageProblem when the text is no http(s) address */
export function webAddress(flag: string, text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return text.trim().replace(/\/+$/, '');
  throw new UsageProblem(USAGE_PROBLEMS.noAddress(flag));
}

function version(text: string): string {
  if (isClientVersion(text)) return text;
  throw new UsageProblem(USAGE_PROBLEMS.noVersion);
}

function filePath(flag: string, text: string): string {
  if (text !== '') return text;
  throw new UsageProblem(USAGE_PROBLEMS.noFileName(flag));
}
