import type { ReceiverState } from '../../../bot/receive/receiver';

const MESSAGES: Record<ReceiverState, string> = {
  connecting: 'Connecting to WeChat',
  connected: 'Connected to WeChat',
  standby: 'Another process of this n8n receives the messages',
  retrying: 'The connection to WeChat failed. Trying again',
  suspect: 'WeChat answers without messages, again and again: the login may have lapsed',
  login_needed: 'WeChat does not accept the bot token. Log in again',
  taken_over: 'Another program has taken over the bot, or its token was revoked. Log in again',
  cannot_keep: 'Messages cannot be kept, so none are fetched',
};

/** What a status item says when a trouble is over. */
export const CONNECTED_AGAIN = 'Connected to WeChat again';

/** What a status item says when n8n begins nothing that it was given. */
export const EXECUTIONS_WAIT = {
  message: 'n8n has taken WeChat messages, but starts no executions for them',
  next: 'In queue mode executions go through Redis to a worker: check that both run, and that the workers are not all busy. The messages are kept, and offered to n8n again until it starts them.',
};

/** What to do, where no error says it. */
const NEXT: Partial<Record<ReceiverState, string>> = {
  suspect:
    'Write anything to the bot in WeChat. If it does not arrive within a minute, log in again with a QR code: running workflows pick the new bot token up by themselves.',
};

/** What to do, where the state alone says it. */
export function nextStep(state: ReceiverState): string | undefined {
  return NEXT[state];
}

/** What happened, in a sentence. */
export function headline(state: ReceiverState): string {
  return MESSAGES[state];
}
