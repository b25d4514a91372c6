import { homedir } from 'node:os';
import { join } from 'node:path';
import { LoggerProxy } from 'n8n-workflow';

import { BotRegistry } from '../../../bot/registry';
import { MAX_QUEUED } from '../../../bot/queue-full';
import type { KeepLimits } from '../../../bot/inbox';
import { redact } from '../../../ilink/redact';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';

/** Our folder inside n8n's own, which is `.n8n` in N8N_USER_FOLDER or in the home folder. */
export function storePath(env: NodeJS.ProcessEnv, home: string): string {
  const folder = env.WECHAT_ILINK_FOLDER || join(env.N8N_USER_FOLDER || home, '.n8n', 'wechat-ilink');
  return join(folder, 'wechat.sqlite');
}

/** How long messages are kept, from the environment. What is not a number above zero counts as not set. */
export function keepLimits(env: NodeJS.ProcessEnv): KeepLimits {
  const number = (value: string | undefined, otherwise: number): number => {
    const parsed = Number(value);
    return value && Number.isFinite(parsed) && parsed > 0 ? parsed : otherwise;
  };
  return {
    days: number(env.WECHAT_ILINK_KEEP_DAYS, 7),
    messages: number(env.WECHAT_ILINK_KEEP_MESSAGES, 20_000),
    queued: number(env.WECHAT_ILINK_MAX_QUEUED, MAX_QUEUED),
  };
}

/** A line in n8n's log, without secrets. */
function report(what: string, error?: unknown): void {
  const reason =
    error === undefined ? '' : ` (${redact(error instanceof Error ? error.message : String(error))})`;
  LoggerProxy.error(`WeChat: ${what}${reason}`);
}

function openStore(): SqliteStore {
  return SqliteStore.open(storePath(process.env, homedir()), Date.now(), ({ reason, path }) =>
    report(
      `The file with the WeChat messages could not be used, because ${reason}. It was set aside as ${path}`,
    ),
  );
}

/** The one registry of this process; the only mutable state that belongs to a module. */
export const bots = new BotRegistry({ openStore, keep: keepLimits(process.env), report });
