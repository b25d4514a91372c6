/** What the emulator's control API takes and gives, by its wire names. */

export interface Conversation {
  bot_id: string;
  user_id: string;
}

export interface Bot {
  ilink_bot_id: string;
  ilink_user_id: string;
  live: boolean;
  polls: number;
}

export interface BotLogin {
  bot_token: string;
  ilink_bot_id: string;
  ilink_user_id: string;
  baseurl: string;
}

export type MediaKind = 'image' | 'voice' | 'file' | 'video';

export interface SeenMedia {
  kind: MediaKind;
  name?: string;
  size: number;
  md5: string;
  url: string;
  playtime_ms?: number;
  transcript?: string;
  /** Why the phone cannot open it: a wrong key or size, for example. */
  broken?: string;
}

export interface SeenMessage {
  index: number;
  from: 'user' | 'bot';
  message_id: string;
  at: number;
  type: 'text' | MediaKind;
  text?: string;
  media?: SeenMedia;
}

export interface OutgoingMedia {
  kind: MediaKind;
  name: string;
  base64: string;
  playtime_ms?: number;
  transcript?: string;
}

/** A message of the chat, or a part of it. */
export interface OutgoingQuote {
  svr_id: string;
  part?: string;
}

export interface Login {
  status: string;
  ilink_bot_id?: string;
  verify_code?: string;
  /** What the phone says besides, for example that the client is too old. */
  notice?: string;
  expires_in_ms?: number;
}

export interface Dropped {
  at: number;
  /** A `warning` was delivered all the same. */
  kind?: string;
  endpoint: string;
  reason: string;
  bot_id?: string;
  detail?: unknown;
}
