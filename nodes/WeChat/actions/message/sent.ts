import type { IDataObject } from 'n8n-workflow';

import type { SendResult } from '../../../../bot/sender';
import type { Window } from '../../../../bot/window';

/** Between the messages of one send. Three within a second trip WeChat's throttle for some. */
export const PART_PAUSE_MS = 500;

/** One WeChat message of a send. */
export interface SentPart extends SendResult {
  type: 'text' | 'image' | 'video' | 'file';
}

/**
 * The output of a send: what became of it, of each message that it took, and where the conversation stands now. The ids at
 * the top are those of the last message.
 *
 * @param parts at least one, in the order in which they were sent
 * @param conversation where it stands after the send
 */
export function describeSent(to: string, parts: SentPart[], conversation: Window): IDataObject {
  const last = parts[parts.length - 1]!;
  const outcome = parts.some((part) => part.outcome === 'unconfirmed') ? 'unconfirmed' : 'accepted';
  return {
    outcome,
    to_user_id: to,
    ...(last.message_id && { message_id: last.message_id }),
    client_id: last.client_id,
    parts: parts.map((part) => ({ ...part })),
    conversation: { ...conversation },
  };
}
