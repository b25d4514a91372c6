import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';

import { DEFAULT_API_BASE_URL, DEFAULT_CDN_BASE_URL } from '../../ilink/endpoints';
import { CLIENT_VERSION, isClientVersion } from '../../ilink/version';
import { UsageProblem } from '../exit';
import type { Io } from '../io';
import { webAddress } from '../login/options';
import { USAGE_PROBLEMS } from '../texts';

export interface DoctorOptions {
  apiBaseUrl: string;
  cdnBaseUrl: string;
  clientVersion: string;
  json: boolean;
  /** Empty: only the way is checked. */
  botToken: string;
  ownerUserId: string;
  /** Whether what n8n keeps and could not read is shown as it came. */
  showUnreadable: boolean;
}

const OPTIONS = {
  file: { type: 'string' },
  'api-base-url': { type: 'string' },
  'cdn-base-url': { type: 'string' },
  json: { type: 'boolean' },
  'show-unreadable': { type: 'boolean' },
} as const;

/** @throws UsageProblem when the command line makes no sense, or the file cannot be read */
export async function doctorOptions(
  args: string[],
  { env, stdin }: Pick<Io, 'env' | 'stdin'>,
): Promise<DoctorOptions> {
  const values = parsed(args);
  const given = values.file === undefined ? {} : readToken(await contentOf(values.file, stdin));
  const version = given.clientVersion ?? '';
  return {
    apiBaseUrl: webAddress(
      'api-base-url',
      values['api-base-url'] ?? (given.apiBaseUrl || DEFAULT_API_BASE_URL),
    ),
    cdnBaseUrl: webAddress(
      'cdn-base-url',
      values['cdn-base-url'] ?? (given.cdnBaseUrl || DEFAULT_CDN_BASE_URL),
    ),
    clientVersion: isClientVersion(version) ? version : CLIENT_VERSION,
    json: values.json === true,
    botToken: given.botToken ?? readToken(env.WECHAT_BOT_TOKEN ?? '').botToken ?? '',
    ownerUserId: given.ownerUserId ?? '',
    showUnreadable: values['show-unreadable'] === true,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // A token that was given as an argument is in there.
    const { code } = Object(error) as { code?: unknown };
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      throw new UsageProblem(USAGE_PROBLEMS.noArguments);
    }
    throw new UsageProblem({ message: (error as Error).message, next: USAGE_PROBLEMS.see('doctor') });
  }
}

type Given = Partial<
  Record<'botToken' | 'ownerUserId' | 'apiBaseUrl' | 'cdnBaseUrl' | 'clientVersion', string>
>;

/** Of a file of `login --output`, of the server's own JSON, or of nothing but a token. */
export function readToken(content: string): Given {
  const text = content.trim();
  if (!text.startsWith('{')) {
    const botToken = text.replace(/^Bearer\s+/i, '');
    return botToken === '' ? {} : { botToken };
  }
  const fields = objectOf(text);
  const field = (...names: string[]): string | undefined =>
    names
      .map((name) => fields[name])
      .find((value): value is string => typeof value === 'string' && value !== '');
  const found = {
    botToken: field('botToken', 'bot_token'),
    ownerUserId: field('ownerUserId', 'ilink_user_id'),
    apiBaseUrl: field('apiBaseUrl', 'baseurl'),
    cdnBaseUrl: field('cdnBaseUrl'),
    clientVersion: field('clientVersion'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function objectOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw new UsageProblem(USAGE_PROBLEMS.notJson);
  }
}

async function contentOf(file: string, stdin: Readable): Promise<string> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    throw new UsageProblem(USAGE_PROBLEMS.unreadable(String(code)));
  }
}
