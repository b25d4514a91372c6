import type { Spoiling } from './spoilings';

/** The wire's own shapes, by their wire names (protocol.md, "Receiving" and "Media"), and what the emulator shows of them. */

export interface WireMedia {
  encrypt_query_param?: string;
  aes_key?: string;
  encrypt_type?: number;
  full_url?: string;
}

export interface WireItem {
  type: number;
  create_time_ms?: number;
  msg_id?: string;
  text_item?: { text: string };
  image_item?: { media: WireMedia; aeskey?: string; mid_size?: number; hd_size?: number };
  voice_item?: {
    media: WireMedia;
    encode_type?: number;
    bits_per_sample?: number;
    sample_rate?: number;
    playtime?: number;
    text?: string;
  };
  file_item?: { media: WireMedia; file_name?: string; md5?: string; len?: string };
  video_item?: { media: WireMedia; video_size?: number; play_length?: number; video_md5?: string };
  ref_msg?: object;
}

/** A message of the user as `getupdates` delivers it. Ids are strings here and bare numbers on the wire. */
export interface WireMessage {
  seq: number;
  message_id: string;
  from_user_id: string;
  to_user_id: string;
  client_id: string;
  create_time_ms: number;
  session_id: string;
  message_type: number;
  message_state: number;
  item_list: WireItem[];
  context_token: string;
  [field: string]: unknown;
}

/** Item types of the wire. 11 and 12 are progress of an agent's tools. */
export const ItemType = {
  text: 1,
  image: 2,
  voice: 3,
  file: 4,
  video: 5,
  toolStart: 11,
  toolResult: 12,
} as const;

export const MEDIA_KINDS = ['image', 'voice', 'file', 'video'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** `media_type` of getuploadurl. Its numbers are not the item types. */
export const UploadType: Record<MediaKind, number> = { image: 1, video: 2, file: 3, voice: 4 };

/** What somebody gets who has logged in. */
export interface BotLogin {
  bot_token: string;
  ilink_bot_id: string;
  ilink_user_id: string;
  baseurl: string;
}

/** What the person sends from the phone. */
export interface PersonMessage {
  bot_id: string;
  user_id: string;
  text?: string;
  media?: PersonMedia;
  quote?: PersonQuote;
  /** What is wrong with the JSON of this message; its neighbours in the same answer are good. */
  spoiled?: Spoiling;
  /** Levels of a `deep_list` or `deep_object`; 5000 unless told. */
  depth?: number;
  /** Fields of the message to replace; a field that is `undefined` is left out (some messages carry no `message_id`). */
  overrides?: object;
}

/**
 * A quote: by id only, as phones send it since July 2026, or with the quoted item, as before. `part` is what was marked in the
 * message with that id; the phone then sends where it begins and ends.
 */
export type PersonQuote =
  { svr_id: string; part?: string; partial_text?: object } | { message_item: object; title?: string };

export interface PersonMedia {
  kind: MediaKind;
  name?: string;
  bytes: Buffer;
  /** Length of a voice message or video in ms. */
  playtime_ms?: number;
  /** The server's transcript of a voice message. */
  transcript?: string;
  /**
   * How `media.aes_key` is written: base64 of the 16 raw bytes, or of their 32 hex characters. Both are seen. Without it,
   * images are `raw` (and carry `image_item.aeskey` too) and everything else `hex`. `none`: stored unencrypted, images only.
   */
  key_encoding?: 'raw' | 'hex' | 'none';
  /** The key handed out does not fit the stored bytes, as seen with some forwarded files. */
  wrong_key?: boolean;
}

export interface SeenMedia {
  kind: MediaKind;
  name?: string;
  /** Plaintext size in bytes. */
  size: number;
  md5: string;
  /** Length and transcript of a user's voice message. */
  playtime_ms?: number;
  transcript?: string;
  /** Set when the phone cannot open the file (a grey image): says why. */
  broken?: string;
  /** The plaintext. Throws when the media is broken. */
  bytes(): Buffer;
}

/** One bubble on the phone. */
export interface SeenMessage {
  from: 'user' | 'bot';
  /** Of a user's message: the answer that carried it was written to its end. A reply that is cut off takes its messages with it. */
  given?: true;
  message_id: string;
  client_id?: string;
  at: number;
  type: 'text' | MediaKind;
  text?: string;
  media?: SeenMedia;
  wire: object;
}

export const ENDPOINTS = [
  'getupdates',
  'sendmessage',
  'getuploadurl',
  'getconfig',
  'sendtyping',
  'notifystart',
  'notifystop',
  'get_bot_qrcode',
  'get_qrcode_status',
  'cdn_upload',
  'cdn_download',
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

export interface RequestRecord {
  endpoint: Endpoint | 'unknown';
  method: string;
  /** Path and query as they came. */
  path: string;
  at: number;
  headers: Record<string, string | string[] | undefined>;
  /** The parsed JSON, the text if it is no JSON, or `{bytes}` for a file. */
  body: unknown;
  /** HTTP status; 0 while no answer was given, and for good when the connection ended first. */
  status: number;
  /** `pending`, `ok`, `ret -2`, `dropped`, `aborted`, `fault: …`, … */
  outcome: string;
  /** When the connection ended before the system had taken all of the answer, although nobody had planned that. */
  unreadAt?: number;
  bot_id?: string;
}

/**
 * Something that a client did and that did not work, or should not be done.
 * `dropped`: answered like a success, never shown. `refused`: answered with an error. `broken`: shown, but unusable.
 * `warning`: worked here, and is against the protocol.
 */
export type DropKind = 'dropped' | 'refused' | 'broken' | 'warning';

export interface DropRecord {
  at: number;
  endpoint: string;
  kind: DropKind;
  /** A word for programs; docs/emulator.md lists all of them. */
  reason: string;
  bot_id?: string;
  /** A sentence for people. */
  detail: string;
}
