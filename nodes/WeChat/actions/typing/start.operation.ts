import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Typing } from '../../../../bot/typing/typing';
import { numberOr } from '../../shared/number';
import { fieldsOf } from '../fields';
import type { RecipientOperation } from '../operation';

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 3_600;

/** Typing → Start. */
export const start: RecipientOperation = {
  name: 'Start',
  action: 'Start typing',
  summary: 'Show "typing…" to the user until a message is sent or the execution ends',
  needs: 'recipient',
  description: fieldsOf(
    { resource: ['typing'], operation: ['start'] },
    [],
    [
      {
        displayName: 'Keep Alive',
        name: 'keepAlive',
        type: 'boolean',
        default: true,
        description:
          'Whether to keep "typing…" visible until a message is sent to the user, until Typing → Stop, or until the execution ends. Otherwise it disappears by itself after about five seconds.',
      },
      {
        displayName: 'Max Duration (Seconds)',
        name: 'maxDuration',
        type: 'number',
        typeOptions: { minValue: 1, maxValue: MAX_SECONDS },
        default: DEFAULT_SECONDS,
        description: 'How long to keep it visible at the most, for a workflow that never sends anything',
      },
    ],
  ),

  async execute({ context, itemIndex, bot, recipient, signal }) {
    const { to } = recipient;
    const contextToken = await bot.contextTokenFor(recipient.to, recipient.contextToken);
    const { keepAlive = true, maxDuration } = context.getNodeParameter('options', itemIndex, {}) as {
      keepAlive?: boolean;
      maxDuration?: number;
    };
    if (!keepAlive) {
      await bot.typing.show(to, contextToken, signal);
      return { typing: true, to_user_id: to, keepAlive: false };
    }
    const options = {
      timeoutMs: numberOr(maxDuration, DEFAULT_SECONDS, { unit: 1_000 }),
      ...(contextToken && { contextToken }),
    };
    return keptAlive(context, bot.typing, to, { ...options, ...(signal && { signal }) });
  },
};

async function keptAlive(
  context: IExecuteFunctions,
  typing: Typing,
  to: string,
  options: Parameters<Typing['keepAlive']>[1],
): Promise<IDataObject> {
  const hold = typing.keepAlive(to, options);
  // Not every n8n tells the end of an execution, and none that of one that waits: the limit is for those.
  context.onExecutionFinish?.(hold.release);
  await hold.shown;
  return { typing: true, to_user_id: to, keepAlive: true, endsBy: new Date(hold.endsBy).toISOString() };
}
