import type { IDataObject } from 'n8n-workflow';

import type { Standing } from '../../../../bot/send/conversations';
import { ConversationClosed } from '../../../../bot/send/failures';
import type { SendResult } from '../../../../bot/send/message';
import { describeOutcome, publishedOutcome, type PublishedOutcome } from '../../shared/outcome';
import { describeStanding } from '../../shared/standing';
import { detailIn, explainWait, wordsOf } from '../../texts';

/** What became of a whole send: the worst of what became of its messages. */
type SendOutcome = Exclude<PublishedOutcome, 'not_sent'>;

/**
 * The output of a send: what became of it and of each WeChat message that it took, where the conversation stands now, and how
 * long it took. The ids at the top are those of the last message.
 *
 * @param conversation where it stands after the send
 */
export function describeSent(
  to: string,
  { parts, failure, resumed, startedAt, finishedAt }: SendResult,
  conversation: Standing,
): IDataObject {
  const message_ids = idsIn(parts, 'message_id');
  const client_ids = idsIn(parts, 'client_id');
  const queued = parts.flatMap((part) => (part.outcome === 'queued' ? [part] : []));
  return {
    outcome: outcomeOf(parts),
    to_user_id: to,
    ...(message_ids.length > 0 && { message_id: message_ids.at(-1) }),
    ...(client_ids.length > 0 && { client_id: client_ids.at(-1) }),
    message_ids,
    client_ids,
    parts: parts.map(describeOutcome),
    ...(queued.length > 0 && {
      queued: { ids: queued.map(({ queueId }) => queueId), expiresAt: queued[0]!.expiresAt },
      ...explainWait(queued[0]!.reasonCode),
    }),
    ...(failure !== undefined && reasonOf(failure)),
    ...(resumed > 0 && { resumedAfter: resumed }),
    conversation: describeStanding(conversation),
    timing: {
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: new Date(finishedAt).toISOString(),
      durationMs: finishedAt - startedAt,
    },
  };
}

function outcomeOf(parts: SendResult['parts']): SendOutcome {
  const outcomes = new Set(parts.map(({ outcome }) => publishedOutcome(outcome)));
  const has = (outcome: PublishedOutcome): boolean => outcomes.has(outcome);
  if (has('refused') || has('not_sent')) return 'refused';
  if (has('queued')) return 'queued';
  return has('unconfirmed') ? 'unconfirmed' : 'accepted';
}

function idsIn(parts: SendResult['parts'], field: 'message_id' | 'client_id'): string[] {
  return parts.flatMap((part) => {
    const id = (part as Partial<Record<typeof field, string>>)[field];
    return id === undefined ? [] : [id];
  });
}

/** What happened and what to do. */
function reasonOf(failure: unknown): IDataObject {
  if (failure instanceof ConversationClosed) {
    const detail = detailIn(failure.refusal);
    return { ...explainWait(failure.reason), ...(detail && { detail }) };
  }
  const detail = detailIn(failure);
  const words = wordsOf(failure);
  return {
    ...(words ? { reason: words.message, next: words.next } : otherReason(failure)),
    ...(detail && { detail }),
  };
}

function otherReason(failure: unknown): IDataObject {
  return failure instanceof Error ? { reason: failure.message } : {};
}
