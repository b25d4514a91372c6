import type { IDataObject } from 'n8n-workflow';

import type { Health, ReceiverState } from '../../../bot/receiver';

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

/** Whether a person has to do something before messages come again. */
export function needsPerson(state: ReceiverState): boolean {
  return state === 'login_needed' || state === 'taken_over' || state === 'cannot_keep';
}

/** Whether only a new login helps. */
export function needsLogin(state: ReceiverState): boolean {
  return state === 'login_needed' || state === 'taken_over';
}

/** What happened, in a sentence. */
export function headline({ state }: Pick<Health, 'state'>): string {
  return MESSAGES[state];
}

/**
 * The JSON of a status item: `type` tells it from a message.
 *
 * @param login what somebody needs who is to log in again
 */
export function statusItem({ state, since, error }: Health, login?: IDataObject): IDataObject {
  return {
    type: 'status',
    state,
    since: new Date(since).toISOString(),
    needsPerson: needsPerson(state),
    message: MESSAGES[state],
    ...(error && { reason: error.message, next: error.next }),
    ...(login && { login }),
  };
}
