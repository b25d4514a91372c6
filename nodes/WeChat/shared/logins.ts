import { LoggerProxy } from 'n8n-workflow';

import { LoginDesk } from '../../../bot/login/desk';
import { systemClock } from '../../../ilink/clock';
import { redact } from '../../../ilink/redact';
import type { Store } from '../../../store/store';
import { bots } from './bots';

/** The store of this process. @throws when it cannot be opened */
export async function storeOfBots(): Promise<Store> {
  return (await bots.memory()).store;
}

/** A line in n8n's log, without secrets. */
export function report(what: string, error?: unknown): void {
  const reason =
    error === undefined ? '' : ` (${redact(error instanceof Error ? error.message : String(error))})`;
  LoggerProxy.error(`WeChat: ${what}${reason}`);
}

/** The logins of this process. Beside the registry of bots the only state that belongs to a module. */
export const logins = new LoginDesk({ store: storeOfBots, clock: systemClock, report });
