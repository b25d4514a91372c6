import { ItemType, type CdnMedia, type MessageItem } from '../wire';

/** How a file is shown on the phone. Voice is missing on purpose: a bot's voice message is accepted and never shown. */
export type MediaKind = 'image' | 'video' | 'file';

/** Everything that a message needs to point to an uploaded file. */
export interface UploadedMedia {
  kind: MediaKind;
  name: string;
  /** From the CDN's `x-encrypted-param`. */
  encrypt_query_param: string;
  /** The AES key as 32 hex characters. */
  aesKeyHex: string;
  plainBytes: number;
  /** Of the plain file, in hex. */
  md5: string;
  cipherBytes: number;
}

/**
 * The item of a message that shows an uploaded file. The key goes out as base64 of its 32 hex characters for every kind:
 * base64 of the raw key gives a grey image.
 */
export function mediaItem(uploaded: UploadedMedia): MessageItem {
  const media: CdnMedia = {
    encrypt_query_param: uploaded.encrypt_query_param,
    aes_key: Buffer.from(uploaded.aesKeyHex).toString('base64'),
    encrypt_type: 1,
  };
  switch (uploaded.kind) {
    case 'image':
      return { type: ItemType.Image, image_item: { media, mid_size: uploaded.cipherBytes } };
    case 'video':
      return { type: ItemType.Video, video_item: { media, video_size: uploaded.cipherBytes } };
    case 'file':
      return {
        type: ItemType.File,
        file_item: { media, file_name: uploaded.name, len: String(uploaded.plainBytes) },
      };
  }
}
