import type { IExecuteFunctions } from 'n8n-workflow';

import type { Bot } from '../../../../bot/bot';

/** What to do about it, where a person looks who misses something. */
export const UNPROVEN =
  'Nothing is kept for this bot token, and this n8n does not know yet whose bot it is. If there were messages or conversations before a new login, write one message from your WeChat to the new bot: that proves it, and they come back.';

/** Says why nothing is found, when the token is new and not proven: what an earlier login left behind is closed to it. */
export async function hintIfUnproven(
  context: Pick<IExecuteFunctions, 'addExecutionHints'>,
  bot: Pick<Bot, 'provenUser'>,
  found: readonly unknown[],
): Promise<void> {
  if (found.length > 0 || (await bot.provenUser()) !== undefined) return;
  context.addExecutionHints({ message: UNPROVEN, location: 'outputPane', type: 'info' });
}
