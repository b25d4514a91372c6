import type { MediaKind } from '../../../ilink/media';

/** Formats that phones show in the chat. Every other image or video arrives as a file, so that it can be opened at all. */
const SHOWN_AS_IMAGE: ReadonlySet<string> = new Set([
  'image/png',
  'image/apng',
  'image/jpeg',
  'image/gif',
  'image/bmp',
  'image/webp',
]);
const SHOWN_AS_VIDEO: ReadonlySet<string> = new Set(['video/mp4', 'video/quicktime', 'video/x-m4v']);

/**
 * How a file is to be sent.
 *
 * @param mimeType what its bytes say (see `sniff`). All formats that phones show can be told by their bytes, so what is not
 * known is a file: a recipient can do nothing with a picture that stays grey
 */
export function mediaKindOf(mimeType: string | undefined): MediaKind {
  if (mimeType !== undefined && SHOWN_AS_IMAGE.has(mimeType)) return 'image';
  if (mimeType !== undefined && SHOWN_AS_VIDEO.has(mimeType)) return 'video';
  return 'file';
}
