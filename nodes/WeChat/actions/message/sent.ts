import type { IDataObject } from 'n8n-workflow';

import type { Standing } from '../../../../bot/send/conversations';
import { ConversationClosed, type SendResult } from '../../../../bot/send/request-sender';
import type { PartResult } from '../../../../bot/send/message';
import { describeStanding } from '../../shared/standing';
import { explainWait } from '../../shared/waitReasons';

/** What became of a whole send: the worst of what became of its messages. */
type Outcome = 'accepted' | 'unconfirmed' | 'queued' | 'refused';

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
    parts: parts.map((part) => ({ ...part })),
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

function outcomeOf(parts: PartResult[]): Outcome {
  const has = (outcome: PartResult['outcome']): boolean => parts.some((part) => part.outcome === outcome);
  if (has('refused') || has('not_sent')) return 'refused';
  if (has('queued')) return 'queued';
  return has('unconfirmed') ? 'unconfirmed' : 'accepted';
}

function idsIn(parts: PartResult[], field: 'message_id' | 'client_id'): string[] {
  return parts.flatMap((part) => {
    const id = (part as Partial<Record<typeof field, string>>)[field];
    return id === undefined ? [] : [id];
  });
}

/** What happened and what to do, in the words of the error. */
function reasonOf(failure: unknown): IDataObject {
  if (failure instanceof ConversationClosed)
    return { ...explainWait(failure.reason), ...(failure.refusal && { detail: failure.refusal.detail }) };
  const { message, next, refusal } = Object(failure) as {
    message?: unknown;
    next?: unknown;
    refusal?: { detail?: string };
  };
  const detail = (Object(failure) as { detail?: unknown }).detail ?? refusal?.detail;
  return {
    ...(typeof message === 'string' && { reason: message }),
    ...(typeof next === 'string' && { next }),
    ...(typeof detail === 'string' && { detail }),
  };
}
