import { describeStanding } from '../../shared/standing';
import { limitOptions, limitsOf } from '../message/options';
import { fieldsOf } from '../fields';
import type { RecipientOperation } from '../operation';

/** Conversation → Get. */
export const get: RecipientOperation = {
  name: 'Get',
  action: 'Get conversation',
  summary: 'Get whether and how many messages the bot may still send to a user',
  needs: 'recipient',
  description: fieldsOf({ resource: ['conversation'], operation: ['get'] }, [], limitOptions),

  async execute({ context, itemIndex, bot, recipient: { to } }) {
    const limits = limitsOf(context.getNodeParameter('options', itemIndex, {}));
    return { user_id: to, ...describeStanding(await bot.conversations.standing(to, limits)) };
  },
};
