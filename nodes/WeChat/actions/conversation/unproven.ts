import type { IExecuteFunctions } from 'n8n-workflow';

import type { Bot } from '../../../../bot/bot';
import { HINTS } from '../../texts';

/** Says why nothing is found, when the token is new and not proven: what an earlier login left behind is closed to it. */
export async function hintIfUnproven(
  context: Pick<IExecuteFunctions, 'addExecutionHints'>,
  bot: Pick<Bot, 'provenUser'>,
  found: readonly unknown[],
): Promise<void> {
  if (found.length > 0 || (await bot.provenUser()) !== undefined) return;
  context.addExecutionHints({ message: HINTS.unproven, location: 'outputPane', type: 'info' });
}
