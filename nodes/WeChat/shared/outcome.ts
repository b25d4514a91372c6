import type { IDataObject } from 'n8n-workflow';

import type { Outcome, OutcomeOf, SendResult } from '../../../bot/send/message';
import { endSentence, wordsOf } from '../texts';

/** What an item says of one message. */
export type PublishedOutcome = Exclude<Outcome['outcome'], 'in_doubt' | 'deferred'>;

/** Items have one word for what is in doubt and for what was taken without an id; only the former comes with a reason. */
export function publishedOutcome<Kind extends Outcome['outcome']>(
  outcome: Kind,
): Exclude<Kind, 'in_doubt'> | 'unconfirmed' {
  return outcome === 'in_doubt' ? 'unconfirmed' : (outcome as Exclude<Kind, 'in_doubt'>);
}

/** What became of one message of a send, as an item says it. */
export function describeOutcome(part: SendResult['parts'][number]): IDataObject {
  if (part.outcome !== 'refused' && part.outcome !== 'in_doubt') return { ...part };
  const { type, outcome, client_id } = part;
  return {
    type,
    outcome: publishedOutcome(outcome),
    ...(client_id !== undefined && { client_id }),
    reason: reasonOf(part),
  };
}

function reasonOf({ error, end }: OutcomeOf<'refused' | 'in_doubt'>): string {
  if (end !== undefined) return endSentence(end);
  const words = wordsOf(error);
  if (words) return words.message;
  return error instanceof Error ? error.message : 'cancelled';
}
