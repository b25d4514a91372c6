import type { Bot, Conversation } from './bots';
import type { World } from './world';

/** The indicator dies after about 5 s unless it is repeated (protocol.md, "Typing"). */
const TYPING_MS = 5000;

/** Turns the indicator on, for 5 s from now, or off. The phone hears of a change only. */
export function showTyping(world: World, bot: Bot, conversation: Conversation, typing: boolean): void {
  conversation.stopTypingAlarm();
  if (typing) {
    conversation.stopTypingAlarm = world.clock.in(TYPING_MS, () =>
      showTyping(world, bot, conversation, false),
    );
  }
  if (conversation.typing === typing) return;
  conversation.typing = typing;
  world.events.emit('typing', { bot_id: bot.id, user_id: conversation.user_id, typing });
}
