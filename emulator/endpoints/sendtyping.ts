import { isFreshTicket } from '../tokens';
import { showTyping } from '../typing';
import { answer, refuse, type Answer, type BotCall } from '../world';

/** `status` of sendtyping. A missing one means typing, as in Tencent's types. */
const TYPING = 1;
const CANCEL = 2;

/** Shows or takes away "the bot is typing" on the phone. A stale ticket loses the call. */
export function sendTyping(call: BotCall): Answer {
  const { bot, world, body } = call;
  const { ilink_user_id, typing_ticket, status = TYPING } = body;
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
  if (typeof typing_ticket !== 'string' || !isFreshTicket(world, bot, ilink_user_id, typing_ticket)) {
    return loseCall(call);
  }
  if (status !== TYPING && status !== CANCEL) {
    return refuse(
      call,
      -2,
      'invalid status',
      'typing_status_unknown',
      'status must be 1 (typing) or 2 (cancel)',
    );
  }
  showTyping(world, bot, conversation, status === TYPING);
  return answer({ ret: 0 });
}

function loseCall(call: BotCall): Answer {
  const detail = 'typing_ticket is missing, expired, or of another conversation';
  if (call.settings.staleTicket === 'refuse') {
    return refuse(call, -2, 'invalid typing_ticket', 'stale_ticket', detail);
  }
  call.note('dropped', 'stale_ticket', detail);
  return answer({ ret: 0 }, 'dropped');
}
