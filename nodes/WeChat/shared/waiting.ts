import type { IDataObject } from 'n8n-workflow';

import { describeQueued, type OutboxEvent } from '../../../bot/send/status-events';
import type { QueuedMessage } from '../../../store/outbox';
import type { ErrorCode, ErrorFacts } from '../../../ilink/errors';
import { errorWords, explainWait, queueSentence, UNREADABLE } from '../texts';

/** A queued message as users see it, with why it waits. */
export function describeWaiting(message: QueuedMessage): IDataObject {
  return { ...describeQueued(message), ...explainWait(message.reason) };
}

/** What a room below kept for the triggers: a status item, without its sentences unless an earlier version kept it. */
interface Notice extends IDataObject {
  state: OutboxEvent['state'] | 'unreadable';
  message?: string;
  outcome?: string;
}

/** The JSON of a status item that was kept, with the sentences for its codes. */
export function describeNotice(notice: IDataObject): IDataObject {
  const { error, ...item } = notice as Notice;
  const { state, message, outcome, reasonCode } = item;
  if (message !== undefined) return { ...item, ...explainWait(reasonCode) };
  if (state === 'unreadable') return { ...item, ...UNREADABLE };
  return {
    ...item,
    message: queueSentence(state, outcome === 'unconfirmed'),
    ...reasonOf(error as unknown as Refusal | undefined),
    ...explainWait(reasonCode),
  };
}

interface Refusal {
  code: ErrorCode;
  facts: ErrorFacts;
}

function reasonOf(refusal: Refusal | undefined): IDataObject {
  if (!refusal) return {};
  const { message, next } = errorWords(refusal);
  return { reason: message, next };
}
