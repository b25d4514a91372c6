import type { IDataObject } from 'n8n-workflow';

import type { Health, ReceiverState } from '../../../bot/receive/receiver';
import { CONNECTED_AGAIN, headline, nextStep, wordsOf } from '../texts';
import type { ToldTrouble } from './troubles';

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

/**
 * The JSON of a status item: `type` tells it from a message.
 *
 * @param login what somebody needs who is to log in again
 */
export function statusItem({ state, since, error }: Health, login?: IDataObject): IDataObject {
  const next = nextStep(state);
  return {
    type: 'status',
    state,
    since: new Date(since).toISOString(),
    needsPerson: needsPerson(state),
    message: headline(state),
    ...(next && { next }),
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
    message: CONNECTED_AGAIN,
    after: trouble.name,
    troubleSince: new Date(trouble.since).toISOString(),
  };
}
