import { StoreTrouble } from '../../../../bot/store-trouble';
import { InputProblem } from '../../shared/errors';
import { textParameter } from '../../shared/textParameter';
import { describeWaiting } from '../../shared/waiting';
import { fieldsOf } from '../fields';
import type { RecipientOperation } from '../operation';

/** Conversation → Cancel Queued. */
export const cancelQueued: RecipientOperation = {
  name: 'Cancel Queued',
  action: 'Cancel queued messages',
  summary: 'Cancel messages that wait until the user writes again',
  needs: 'recipient',
  description: fieldsOf({ resource: ['conversation'], operation: ['cancelQueued'] }, [
    {
      displayName: 'Queue IDs',
      name: 'queueIds',
      type: 'string',
      default: '',
      placeholder: 'e.g. 12, 13',
      description:
        'Which messages to cancel: the number that List Queued or the output of a send gives, separated by commas. Leave it empty for all that wait for this user.',
    },
  ]),

  async execute({ context, itemIndex, bot, recipient: { to } }) {
    const ids = readIds(textParameter(context, 'queueIds', itemIndex));
    const cancelled = await bot.outbox.cancel(to, ids).catch((error: unknown) => {
      throw new StoreTrouble(error);
    });
    const { queued } = await bot.conversations.standing(to);
    return { to_user_id: to, cancelled: cancelled.map(describeWaiting), stillQueued: queued };
  },
};

/** @throws InputProblem for anything that is not a number */
function readIds(text: string): number[] | undefined {
  const entries = text.split(/[\s,;，；、]+/).filter((entry) => entry !== '');
  const ids = entries.map(Number);
  if (!ids.every((id) => Number.isSafeInteger(id) && id > 0)) {
    throw new InputProblem({ code: 'queue_ids' });
  }
  return ids.length > 0 ? ids : undefined;
}
