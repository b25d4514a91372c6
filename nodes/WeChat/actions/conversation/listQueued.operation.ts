import { updateDisplayOptions } from 'n8n-workflow';

import { StoreTrouble } from '../../../../bot/store-trouble';
import { textParameter } from '../../shared/textParameter';
import { describeWaiting } from '../../shared/waiting';
import type { BotOperation } from '../operation';
import { hintIfUnproven } from './unproven';

/** Conversation → List Queued. */
export const listQueued: BotOperation = {
  name: 'List Queued',
  action: 'List queued messages',
  summary: 'List the messages that wait until their users write again',
  needs: 'bot',
  description: updateDisplayOptions({ show: { resource: ['conversation'], operation: ['listQueued'] } }, [
    {
      displayName: 'User ID',
      name: 'userId',
      type: 'string',
      default: '',
      placeholder: 'e.g. o9cq8x…@im.wechat',
      description:
        'Whose messages to list. Leave it empty for those of all users. Upper and lower case matter.',
    },
  ]),

  async execute({ context, itemIndex, bot }) {
    const userId = textParameter(context, 'userId', itemIndex).trim();
    const rows = await bot.outbox.list(userId || undefined).catch((error: unknown) => {
      throw new StoreTrouble(error);
    });
    await hintIfUnproven(context, bot, rows);
    return rows.map(describeWaiting);
  },
};
