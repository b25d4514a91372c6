import { fieldsOf } from '../fields';
import type { Operation } from '../operation';

/** Typing → Start. */
export const start: Operation = {
  description: fieldsOf({ resource: ['typing'], operation: ['start'] }, []),

  async execute({ bot, recipient, signal }) {
    const { to } = recipient;
    const contextToken = await bot.tokenFor(recipient);
    await bot.typing.start(to, contextToken, signal);
    return { typing: true, to_user_id: to };
  },
};
