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
  | { type: Part['type']; outcome: 'refused' | 'unconfirmed'; client_id?: string; reason: string }
  | { type: Part['type']; outcome: 'not_sent' };
