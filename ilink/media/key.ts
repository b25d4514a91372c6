import type { MediaReference } from './reference';

const KEY_BYTES = 16;
const HEX_KEY = /^[0-9a-f]{32}$/i;
/** Also with the URL alphabet, and without padding. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * The AES-128 key of a file. It comes as `image_item.aeskey` (hex) or as `media.aes_key`: base64 of the 16 bytes (images) or
 * of their 32 hex characters (everything else), both seen in Tencent's client.
 *
 * @returns 16 bytes; `none` when the message names no key, which means that an image is stored as it is; `unreadable` when
 * what it names is not a key in any of these forms
 */
export function keyOf({
  aeskey,
  media,
}: Pick<MediaReference, 'aeskey' | 'media'>): Buffer | 'none' | 'unreadable' {
  const named = [aeskey, media.aes_key].filter(isFilledText);
  const keys = named.map(parseKey).filter((key) => key !== undefined);
  return keys[0] ?? (named.length === 0 ? 'none' : 'unreadable');
}

/** Reads a key in any form: hex, base64 of the bytes, base64 of the hex characters. */
export function parseKey(text: string): Buffer | undefined {
  const written = text.trim();
  // First, because 32 hex characters are also base64, of 24 bytes.
  if (HEX_KEY.test(written)) return Buffer.from(written, 'hex');
  if (!BASE64.test(written)) return undefined;
  const bytes = Buffer.from(written, 'base64');
  if (bytes.length === KEY_BYTES) return bytes;
  const inner = bytes.toString('latin1');
  return HEX_KEY.test(inner) ? Buffer.from(inner, 'hex') : undefined;
}

function isFilledText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
