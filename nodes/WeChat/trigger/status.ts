import type { IDataObject } from 'n8n-workflow';

import type { Health, ReceiverState } from '../../../bot/receive/receiver';
import { wordsOf } from '../texts';
import type { ToldTrouble } from './troubles';

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

/** What to do, where no error says it. */
const NEXT: Partial<Record<ReceiverState, string>> = {
  suspect:
    'Write anything to the bot in WeChat. If it does not arrive within a minute, log in again with a QR code: running workflows pick the new bot token up by themselves.',
};

const PERSON_NEEDED: ReadonlySet<ReceiverState> = new Set([
  'suspect',
  'login_needed',
  'taken_over',
  'cannot_keep',
]);

/** Whether a person has to do something before messages come again. */
export function needsPerson(state: ReceiverState): boolean {
  return PERSON_NEEDED.has(state);
}

/** Whether a new login helps. */
export function needsLogin(state: ReceiverState): boolean {
  return state === 'suspect' || state === 'login_needed' || state === 'taken_over';
}

/** What to do, where the state alone says it. */
export function nextStep(state: ReceiverState): string | undefined {
  return NEXT[state];
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
    ...(NEXT[state] && { next: NEXT[state] }),
    ...reasonOf(error),
    ...(login && { login }),
  };
}

function reasonOf(error: Health['error']): IDataObject {
  const words = wordsOf(error);
  return words ? { reason: words.message, next: words.next } : {};
}

/** The JSON that says that a trouble is over. */
export function overItem(trouble: ToldTrouble, now: number): IDataObject {
  return {
    ...statusItem({ state: 'connected', since: now }),
    message: 'Connected to WeChat again',
    after: trouble.name,
    troubleSince: new Date(trouble.since).toISOString(),
  };
}
