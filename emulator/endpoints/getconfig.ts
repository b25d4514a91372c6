import { hasOpenConversation } from '../window';
import { isContextToken, newTypingTicket } from '../tokens';
import { answer, refuse, type Answer, type BotCall } from '../world';

/** Hands out the ticket that `sendtyping` wants, for one user. */
export function getConfig(call: BotCall): Answer {
  const { bot, world, body, settings } = call;
  const { ilink_user_id, context_token } = body;
  if (typeof ilink_user_id !== 'string' || ilink_user_id === '') {
    return refuse(call, -2, 'ilink_user_id required', 'user_id_missing', 'ilink_user_id is missing');
  }
  const conversation = bot.conversation(ilink_user_id);
  if (!conversation) {
    return refuse(
      call,
      -2,
      'invalid ilink_user_id',
      'unknown_user',
      'The bot knows no such user; ids are case-sensitive',
    );
  }
  if (typeof context_token === 'string' && !isContextToken(world, bot, ilink_user_id, context_token)) {
    call.note('warning', 'unknown_context_token', 'The context_token is not one of this conversation');
  }
  const open = hasOpenConversation(conversation, world.clock.now(), settings);
  if (!open && settings.closedConfig === 'refuse') {
    const detail = 'There is no open conversation: the user has not written since the login, or for too long';
    return refuse(
      call,
      settings.closedConfigRet,
      'GetTypingTicket rpc failed',
      'no_open_conversation',
      detail,
    );
  }
  return answer({ ret: 0, typing_ticket: newTypingTicket(world, bot, ilink_user_id) });
}
