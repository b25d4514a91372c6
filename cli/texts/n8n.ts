import type { ApiError } from '../../n8n-api/error';
import type { Words } from './errors';

/** What a login asks n8n for. */
export type N8nTask = 'check' | 'list' | 'create' | 'update' | 'test';

const TASKS: Record<N8nTask, string> = {
  check: 'was asked for the WeChat credential',
  list: 'was to list credentials',
  create: 'was to create the credential',
  update: 'was to update the credential',
  test: 'was to test the credential',
};

/** Why n8n did not do it. @param url where it was asked */
export function n8nWords({ code, facts }: ApiError, url: string, task: N8nTask): Words {
  const { status, said, reason } = facts;
  switch (code) {
    case 'api_unreachable':
      return {
        message: `n8n could not be reached at ${url} (${reason})`,
        next: 'Check --n8n-url, that n8n runs, and that this machine can open connections to it.',
      };
    case 'api_unauthorized':
      return {
        message: 'n8n does not accept the API key',
        next: 'Create a new one under Settings → n8n API, and put it into the environment variable N8N_API_KEY.',
      };
    case 'api_forbidden':
      return {
        message: 'The API key may not do this',
        next: 'Give it the scopes credential:create, credential:update, credential:list and credential:read under Settings → n8n API.',
      };
    case 'api_refused':
      return {
        message: `n8n answered HTTP ${status} when it ${TASKS[task]}${said ? `: ${said}` : ''}`,
        next: 'Check --n8n-url and the version of n8n.',
      };
    case 'not_the_api':
      return {
        message: `What answers at ${url} is not the API of n8n`,
        next: 'Check --n8n-url: it is the address at which you open the editor. The public API must not be switched off.',
      };
  }
}

export const CREDENTIAL_UNKNOWN: Words = {
  message: 'This n8n does not know the WeChat credential',
  next: 'Install the package in n8n first (Settings → Community nodes → n8n-nodes-wechat-ilink), and check --n8n-url.',
};

/** A credential as `--n8n-credential` can name it. */
interface Named {
  id: string;
  name: string;
}

export function severalNamed(name: string, found: Named[]): Words {
  return {
    message: `${found.length} WeChat credentials have the name "${name}"`,
    next: `Name one by its id: ${found.map(({ id }) => id).join(', ')}.`,
  };
}

/** @param all that there are */
export function noneNamed(idOrName: string, all: Named[]): Words {
  const known = all.map(({ id, name }) => `"${name}" (${id})`).join(', ');
  return {
    message: `n8n has no WeChat credential "${idOrName}"`,
    next: known === '' ? 'Leave --n8n-credential out to create one.' : `There are: ${known}.`,
  };
}
