import type { MessageItem } from '../../ilink/wire';
import type { WaitReason } from './wait-reasons';

/** One WeChat message of a send. */
export interface Part {
  type: 'text' | 'image' | 'video' | 'file';
  item: MessageItem;
}

/** The server took the message. */
export interface Taken {
  outcome: 'accepted' | 'unconfirmed';
  /** Exact digits; absent when the server gave none. */
  message_id?: string;
  client_id: string;
}

/** What became of one message of a send. Nothing was tried of one that is `not_sent`. */
export type PartResult =
  | ({ type: Part['type'] } & Taken)
  | { type: Part['type']; outcome: 'queued'; queueId: number; expiresAt: string; reasonCode: WaitReason }
  | NotTaken
  | { type: Part['type']; outcome: 'not_sent' };

/** One that is not known to have been taken, with why: the error, or how it left the queue. */
export interface NotTaken {
  type: Part['type'];
  outcome: 'refused' | 'unconfirmed';
  client_id?: string;
  /** What the attempt failed with; in this process only. */
  error?: unknown;
  end?: EndReason;
  /** The sentence that an earlier version kept. */
  reason?: string;
}

/** Why a message that was queued was not sent, or why nobody knows. */
export type EndReason = 'cancelled' | 'refused' | 'expired' | 'expired_in_doubt' | 'unknown';

export function isNotTaken(part: PartResult): part is NotTaken {
  return 'error' in part || 'end' in part || 'reason' in part;
}
