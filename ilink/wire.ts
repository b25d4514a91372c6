/**
 * The wire types of iLink, by their names on the wire. Everything that arrives is optional: the server omits what it
 * likes, and a message with a gap must still reach the user.
 */

/** `message_type` of a message. */
export const MessageType = { User: 1, Bot: 2 } as const;

/** `message_state` of a message. Only Finish is ever shown; Generating does not stream. */
export const MessageState = { New: 0, Generating: 1, Finish: 2 } as const;

/** `type` of an item. 11 and 12 are the start and the result of a tool call, progress for agents. */
export const ItemType = {
  Text: 1,
  Image: 2,
  Voice: 3,
  File: 4,
  Video: 5,
  ToolCallStart: 11,
  ToolCallResult: 12,
} as const;

/** `media_type` of getuploadurl. */
export const UploadMediaType = { Image: 1, Video: 2, File: 3, Voice: 4 } as const;

/** `status` of sendtyping. */
export const TypingStatus = { Typing: 1, Cancel: 2 } as const;

/** A file on Tencent's CDN. */
export interface CdnMedia {
  encrypt_query_param?: string;
  /** Base64 of 16 raw bytes or of 32 hex characters. */
  aes_key?: string;
  encrypt_type?: number;
  full_url?: string;
}

/** One item of a message that is sent: what it holds, by its type. What comes in is read by `readItem`. */
export interface MessageItem {
  type: number;
  text_item?: { text: string };
  image_item?: {
    media: CdnMedia;
    /** Size of the encrypted file in bytes. */
    mid_size?: number;
  };
  file_item?: {
    media: CdnMedia;
    file_name?: string;
    /** Size of the plain file in bytes, as text. */
    len?: string;
  };
  video_item?: {
    media: CdnMedia;
    /** Size of the encrypted file in bytes. */
    video_size?: number;
  };
}

/** What all replies have in common. The code is in `ret`, in `errcode`, or in both. */
export interface ReplyCodes {
  ret?: number;
  errcode?: number;
  errmsg?: unknown;
}

export interface GetUpdatesReply extends ReplyCodes {
  /** Each as `readMessage` takes it. */
  msgs?: unknown[];
  get_updates_buf?: string;
  longpolling_timeout_ms?: number;
}

export interface SendMessageReply extends ReplyCodes {
  message_id?: string;
}

export interface GetUploadUrlReply extends ReplyCodes {
  upload_full_url?: string;
  upload_param?: string;
}

export interface GetConfigReply extends ReplyCodes {
  typing_ticket?: string;
}

export interface QrCodeReply extends ReplyCodes {
  qrcode?: string;
  /** A URL to be drawn as a QR code; not an image. */
  qrcode_img_content?: string;
}

/** The eight states of a login. */
export type LoginStatus =
  | 'wait'
  | 'scaned'
  | 'need_verifycode'
  | 'verify_code_blocked'
  | 'scaned_but_redirect'
  | 'binded_redirect'
  | 'expired'
  | 'confirmed';

export interface QrCodeStatusReply extends ReplyCodes {
  status?: LoginStatus;
  redirect_host?: string;
  bot_token?: string;
  ilink_bot_id?: string;
  ilink_user_id?: string;
  baseurl?: string;
}

/** What the sender fills in; {@link ILinkClient.sendMessage} adds the fields without which the server drops a message. */
export interface OutboundMessage {
  to_user_id: string;
  /** Unique per message, and the same again when a lost reply makes us repeat it. */
  client_id: string;
  context_token?: string;
  item: MessageItem;
}

export interface UploadRequest {
  /** 16 random bytes in hex. */
  filekey: string;
  media_type: number;
  to_user_id: string;
  /** Bytes of the plain file. */
  rawsize: number;
  /** Hex MD5 of the plain file. */
  rawfilemd5: string;
  /** Bytes of the encrypted file. */
  filesize: number;
  /** The AES key in hex. */
  aeskey: string;
}
