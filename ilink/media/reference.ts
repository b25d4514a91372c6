import { defined, isJsonObject, numberIn, objectIn, textIn, type Json, type JsonObject } from '../json';
import type { CdnMedia } from '../wire';

/** What a file is in the chat. */
export type FileKind = 'image' | 'voice' | 'file' | 'video';
/** How a bot can send a file: voice is missing, because a bot's voice message is accepted and never shown. */
export type MediaKind = Exclude<FileKind, 'voice'>;

/**
 * A file on Tencent's CDN, as far as a message describes it: read from an incoming message, given out as an entry of an item's
 * `media`, read back from there to fetch the file, and made by an upload. Its fields have the names that users see.
 */
export interface MediaReference<Kind extends FileKind = FileKind> {
  /** Only images may come without a key. */
  kind: Kind;
  file_name?: string;
  /** Bytes as far as the message says; of the encrypted file for images and videos. */
  size?: number;
  playtime_ms?: number;
  /** Of a voice message. */
  encode_type?: number;
  /** `image_item.aeskey`: 32 hex characters; only images have it, and it wins over `media.aes_key`. */
  aeskey?: string;
  /** Hex MD5 of the plain file; checked when it is known. Of what comes in, only files have it. */
  md5?: string;
  /** Where the file is, and its key, as the wire has it. */
  media: CdnMedia;
}

/** The file of an item of a message; nothing when it has none. */
export function referenceIn(item: JsonObject): MediaReference | undefined {
  return (
    imageIn(objectIn(item.image_item)) ??
    voiceIn(objectIn(item.voice_item)) ??
    fileIn(objectIn(item.file_item)) ??
    videoIn(objectIn(item.video_item))
  );
}

function imageIn({ media, mid_size, hd_size, aeskey }: JsonObject): MediaReference | undefined {
  if (!isJsonObject(media)) return undefined;
  const size = numberIn(mid_size ?? hd_size);
  return { kind: 'image', ...defined({ size, aeskey: textIn(aeskey) }), media };
}

function voiceIn({ media, playtime, encode_type }: JsonObject): MediaReference | undefined {
  if (!isJsonObject(media)) return undefined;
  const facts = { playtime_ms: numberIn(playtime) || undefined, encode_type: numberIn(encode_type) };
  return { kind: 'voice', ...defined(facts), media };
}

function fileIn({ media, file_name, len, md5 }: JsonObject): MediaReference | undefined {
  if (!isJsonObject(media)) return undefined;
  const facts = { file_name: textIn(file_name), size: numberIn(len) ?? sizeIn(len), md5: textIn(md5) };
  return { kind: 'file', ...defined(facts), media };
}

function videoIn({ media, video_size, play_length }: JsonObject): MediaReference | undefined {
  if (!isJsonObject(media)) return undefined;
  // Seconds on the wire. A thousand times a huge one may be no number any more.
  const playtime_ms = numberIn((numberIn(play_length) ?? 0) * 1_000) || undefined;
  return { kind: 'video', ...defined({ size: numberIn(video_size), playtime_ms }), media };
}

/** The wire has the size of a file as text. */
function sizeIn(text: Json | undefined): number | undefined {
  return numberIn(Number(textIn(text)));
}
