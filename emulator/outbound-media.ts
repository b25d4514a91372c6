import type { StoredFile } from './cdn-store';
import { UploadType, type MediaKind } from './types';

type Fields = Record<string, unknown>;

/** What the checks say about a media item: unusable as a message, or shown but not to be opened. */
export interface MediaProblem {
  reason: string;
  detail: string;
}

/** What belongs to the upload that a media item names. */
export interface UploadFacts {
  bot_id: string;
  to_user_id: string;
}

const problem = (reason: string, detail: string): MediaProblem => ({ reason, detail });

/** The `media` of a content object, when it has the two fields without which nobody can fetch and open it. */
export function mediaOf(
  content: Fields,
): { encrypt_query_param: string; aes_key: string; encrypt_type: unknown } | undefined {
  const media = content['media'];
  if (typeof media !== 'object' || media === null) return undefined;
  const { encrypt_query_param, aes_key, encrypt_type } = media as Fields;
  if (typeof encrypt_query_param !== 'string' || encrypt_query_param === '') return undefined;
  if (typeof aes_key !== 'string' || aes_key === '') return undefined;
  return { encrypt_query_param, aes_key, encrypt_type };
}

/**
 * Why a phone could not open this item, although the server takes the message: protocol.md, "Media", outbound.
 * @param content for example the `image_item`
 * @param file what the CDN has under the item's `encrypt_query_param`
 */
export function brokenBecause(
  kind: MediaKind,
  content: Fields,
  file: StoredFile | undefined,
  to: UploadFacts,
): MediaProblem | undefined {
  const media = mediaOf(content);
  if (!file || !media) return problem('media_unknown', 'The CDN never handed out this encrypt_query_param');
  const { slot } = file;
  if (!slot || slot.bot_id !== to.bot_id || slot.to_user_id !== to.to_user_id) {
    return problem('media_of_another_recipient', 'The file was uploaded for another conversation');
  }
  if (slot.mediaType !== UploadType[kind]) {
    return problem('media_type_mismatch', `The file was uploaded with media_type ${slot.mediaType}`);
  }
  if (media.encrypt_type !== 1) return problem('encrypt_type_wrong', 'media.encrypt_type must be 1');
  return keyProblem(media.aes_key, slot.aeskey) ?? sizeProblem(kind, content, file);
}

function keyProblem(aes_key: string, announced: Buffer): MediaProblem | undefined {
  // Base64 of the raw key gives a grey image [C].
  if (aes_key === announced.toString('base64')) {
    return problem(
      'aes_key_raw',
      'media.aes_key must be base64 of the 32 hex characters, not of the 16 raw bytes',
    );
  }
  const asText = Buffer.from(aes_key, 'base64').toString('latin1').toLowerCase();
  if (asText === announced.toString('hex')) return undefined;
  return problem('aes_key_wrong', 'media.aes_key is not the key that was announced');
}

function sizeProblem(kind: MediaKind, content: Fields, file: StoredFile): MediaProblem | undefined {
  const cipherSize = file.ciphertext.length;
  if (kind === 'image' && content['mid_size'] !== cipherSize) {
    return problem('mid_size_wrong', `image_item.mid_size must be the ciphertext size, ${cipherSize}`);
  }
  if (kind === 'video' && content['video_size'] !== cipherSize) {
    return problem('video_size_wrong', `video_item.video_size must be the ciphertext size, ${cipherSize}`);
  }
  if (kind === 'file' && content['len'] !== String(file.rawsize)) {
    return problem(
      'file_len_wrong',
      `file_item.len must be the plaintext size as a string, "${file.rawsize}"`,
    );
  }
  if (kind === 'file' && typeof content['file_name'] !== 'string') {
    return problem('file_name_missing', 'file_item.file_name is missing');
  }
  return undefined;
}
