import { ILinkError } from '../../ilink/errors';
import type { MessageItem } from '../../ilink/wire';
import type { Outcome, OutcomeOf, QueuedMessage } from './message';
import type { WaitReason } from './wait-reasons';

/** What became of queued messages. */
export type OutboxEvent =
  | { state: 'queued'; reason: WaitReason }
  | { state: 'queued_sent'; taken: OutcomeOf<'accepted' | 'unconfirmed'> }
  | { state: 'queued_refused'; error: unknown; mayHaveArrived: boolean }
  | { state: 'queued_expired'; mayHaveArrived: boolean };

/**
 * What a trigger says of it, as the JSON of a status item but for its sentences: whoever makes the item has them, from `state`,
 * `outcome`, and `error`, which is why the server refused.
 *
 * @param about the messages, all of one user
 * @param at milliseconds since 1970
 */
export function statusEventOf(
  about: QueuedMessage[],
  event: OutboxEvent,
  at: number,
): Record<string, unknown> {
  const error =
    event.state === 'queued_refused' && event.error instanceof ILinkError ? event.error : undefined;
  return {
    type: 'status',
    state: event.state,
    since: new Date(at).toISOString(),
    needsPerson: needsPerson(event),
    ...(event.state === 'queued' && { reasonCode: event.reason }),
    ...(error && { error: { code: error.code, facts: error.facts } }),
    to_user_id: about[0]!.userId,
    ...(event.state === 'queued_sent' && { ...event.taken }),
    ...(inDoubt(event) && { outcome: 'in_doubt' satisfies Outcome['outcome'] }),
    queued: about.map(describeQueued),
  };
}

/** A throttle passes, and so does a server that cannot be reached. */
function needsPerson(event: OutboxEvent): boolean {
  if (event.state !== 'queued') return event.state !== 'queued_sent';
  return event.reason !== 'throttled' && event.reason !== 'server_unreachable';
}

function inDoubt(event: OutboxEvent): event is Extract<OutboxEvent, { mayHaveArrived: boolean }> {
  return 'mayHaveArrived' in event && event.mayHaveArrived;
}

/** A queued message as users see it. */
export function describeQueued({ id, type, item, queuedAt, expiresAt, userId, reason }: QueuedMessage): {
  id: number;
  to_user_id: string;
  type: string;
  text?: string;
  file_name?: string;
  queuedAt: string;
  expiresAt: string;
  reasonCode?: string;
} {
  const { text_item, file_item } = JSON.parse(item) as MessageItem;
  return {
    id,
    to_user_id: userId,
    type,
    ...(text_item?.text !== undefined && { text: text_item.text }),
    ...(file_item?.file_name !== undefined && { file_name: file_item.file_name }),
    queuedAt: new Date(queuedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    ...(reason !== '' && { reasonCode: reason }),
  };
}
