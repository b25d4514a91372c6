import { fieldsOf } from '../fields';
import type { RecipientOperation } from '../operation';

/** Typing → Stop. */
export const stop: RecipientOperation = {
  name: 'Stop',
  action: 'Stop typing',
  summary: 'Hide "typing…" again',
  needs: 'recipient',
  description: fieldsOf({ resource: ['typing'], operation: ['stop'] }, []),

  async execute({ bot, recipient, signal }) {
    const { to } = recipient;
    const contextToken = await bot.contextTokenFor(recipient.to, recipient.contextToken);
    await bot.typing.stop(to, contextToken, signal);
    return { typing: false, to_user_id: to };
  },
};
