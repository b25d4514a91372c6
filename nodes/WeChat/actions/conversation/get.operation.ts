import { limitOptions, limitsOf } from '../message/options';
import { fieldsOf } from '../fields';
import type { Operation } from '../operation';

/** Conversation → Get. */
export const get: Operation = {
  description: fieldsOf({ resource: ['conversation'], operation: ['get'] }, [], limitOptions),

  async execute({ context, itemIndex, bot, recipient: { to } }) {
    const limits = limitsOf(context.getNodeParameter('options', itemIndex, {}));
    return { user_id: to, ...(await bot.conversations.standing(to, limits)) };
  },
};
