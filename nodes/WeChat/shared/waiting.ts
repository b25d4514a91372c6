import type { IDataObject } from 'n8n-workflow';

import { describeQueued, type OutboxEvent } from '../../../bot/send/status-events';
import type { Outcome } from '../../../bot/send/message';
import type { QueuedMessage } from '../../../store/outbox';
import type { ErrorCode, ErrorFacts } from '../../../ilink/errors';
import { publishedOutcome } from './outcome';
import { errorWords, explainWait, outboxSentence, UNREADABLE } from '../texts';

/** A queued message as users see it, with why it waits. */
export function describeWaiting(message: QueuedMessage): IDataObject {
  return { ...describeQueued(message), ...explainWait(message.reason) };
}

/** What a room below kept for the triggers: a status item, without its sentences unless an earlier version kept it. */
interface KeptEvent extends IDataObject {
  state: OutboxEvent['state'] | 'unreadable';
  message?: string;
  outcome?: Outcome['outcome'];
}

/** The JSON of a status item that was kept, with the sentences for its codes. */
export function describeStatusEvent(event: IDataObject): IDataObject {
  const { error, ...item } = event as KeptEvent;
  const { state, message, outcome, reasonCode } = item;
  if (message !== undefined) return { ...item, ...explainWait(reasonCode) };
  if (state === 'unreadable') return { ...item, ...UNREADABLE };
  return {
    ...item,
    ...(outcome && { outcome: publishedOutcome(outcome) }),
    message: outboxSentence(state, outcome === 'in_doubt'),
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
