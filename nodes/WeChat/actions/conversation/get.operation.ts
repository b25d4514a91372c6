import { fieldsOf } from '../fields';
import type { Operation } from '../operation';

/** Conversation → Get. */
export const get: Operation = {
  description: fieldsOf({ resource: ['conversation'], operation: ['get'] }, []),

  async execute({ bot, recipient: { to } }) {
    return { user_id: to, ...(await bot.window(to)) };
  },
};
