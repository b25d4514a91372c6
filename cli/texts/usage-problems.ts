import type { Words } from './errors';

type Message = Pick<Words, 'message'> & Partial<Words>;

/** What is wrong with the command line or the files that it names, and what to do. */
export const USAGE_PROBLEMS = {
  see: (command?: 'login' | 'doctor' | 'store') =>
    `See n8n-nodes-wechat-ilink ${command === undefined ? '' : `${command} `}--help.`,
  noCommand: (name: string) => (name === '' ? 'A command is missing' : `There is no command "${name}"`),
  noArguments: {
    message: 'The doctor takes no arguments but options',
    next: 'A token belongs into WECHAT_BOT_TOKEN or a file (--file), not into the command line.',
  },
  notJson: {
    message: 'The file looks like JSON and is none',
    next: 'Give it a file of "login --output", or one with nothing but the token.',
  },
  unreadable: (code: string): Words => ({
    message: `The file cannot be read (${code})`,
    next: 'Check the name after --file.',
  }),
  unwritable: (path: string, code: string | undefined): Words => ({
    message: `${path} cannot be written (${code ?? 'unknown reason'})`,
    next: 'Name a file in a folder that exists and that you may write to.',
  }),
  nowhere: {
    message: 'There is nowhere for the token to go',
    next: 'Without a terminal, and with --json, say where it goes: --output FILE, --n8n-url URL, or --show-token.',
  },
  whichN8n: {
    message: 'Which n8n?',
    next: 'Name it with --n8n-url, for example --n8n-url http://localhost:5678.',
  },
  newOrOld: {
    message: '--n8n-credential updates a credential, --n8n-name names a new one',
    next: 'Use one of them.',
  },
  noApiKey: {
    message: 'The API key of n8n is missing',
    next: 'Create one in n8n under Settings → n8n API and put it into the environment variable N8N_API_KEY.',
  },
  noAddress: (flag: string): Words => ({
    message: `--${flag} is not a web address`,
    next: 'It has to start with https:// or http://.',
  }),
  noVersion: {
    message: '--client-version is not a version',
    next: 'It has the form 2.4.9: three numbers from 0 to 255.',
  },
  noFileName: (flag: string): Message => ({ message: `--${flag} wants a file name` }),
  proxyUnusable: {
    message: 'The environment names a proxy that cannot be used',
    next: 'HTTPS_PROXY, HTTP_PROXY and ALL_PROXY have to be whole addresses, such as http://127.0.0.1:7890. Add .weixin.qq.com to NO_PROXY to go without.',
  },
};
