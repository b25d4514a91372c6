import type { ConversationClosed, SendFailure } from '../../../bot/send/failures';
import type { EndReason } from '../../../bot/send/message';
import { textOf, type Table, type Words } from './table';
import { waitWords } from './waiting';

const SENDING: Table<SendFailure, Words> = {
  conversation_closed: {
    message: 'The conversation is closed until the user writes again',
    next: 'WeChat lets a bot send 10 messages, within 24 hours, after each message of the user. Ask the user to write anything to the bot, then send again; or let the message wait for that with the option "If the Window Is Closed".',
  },
  unconfirmed: {
    message: 'WeChat did not confirm the message',
    next: 'WeChat took the message without giving it an ID, which often means that it is never shown. Ask the recipient before you send it again: a retry sends this message once more, and none of those that were accepted before it. With the option "On Unconfirmed" set to continue, this is no error.',
  },
  outbox_full: ({ most }) => ({
    message: `${most} messages wait already until their users write, and no more are kept`,
    next: 'Cancel messages that are not needed any more (Conversation → Cancel Queued), send less often, or let them expire sooner with the option "Queue for (Hours)". Whoever runs n8n can raise the limit with WECHAT_ILINK_MAX_QUEUED.',
  }),
};

/** Why a message was not sent, and what to do. */
export function sendingWords(failure: SendFailure): Words {
  return textOf<SendFailure, Words>(SENDING, failure);
}

/** Why a message that was not to wait cannot go out, and what to do. */
export function closedWords({ code, reason }: ConversationClosed): Words {
  const { message, next } = sendingWords({ code });
  const wait = waitWords(reason);
  const isUsers = reason !== 'throttled' && reason !== 'server_unreachable' && reason !== 'token_refused';
  return isUsers ? { message, next: `${wait.reason}. ${next}` } : { message: wait.reason, next: wait.next };
}

const ENDS: Record<EndReason, string> = {
  cancelled: 'It was queued, and somebody cancelled it',
  refused: 'It was queued, and WeChat refused it',
  refused_in_doubt:
    'It was queued, and WeChat refused it when it was sent once more. It may have arrived: the answer to an earlier attempt got lost',
  expired: 'It was queued, and expired',
  expired_in_doubt:
    'It was queued and expired. It may have arrived: the answer to an earlier attempt got lost',
  unknown: 'It was queued, and has left the queue since. What became of it is not known',
};

/** Why a message that was queued is not known to have been sent. */
export function endSentence(reason: EndReason): string {
  return ENDS[reason];
}
