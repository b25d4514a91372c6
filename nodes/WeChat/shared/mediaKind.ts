import type { MediaKind } from '../../../ilink/media';

/** Formats that phones show in the chat. Every other image or video arrives as a file, so that it can be opened at all. */
const SHOWN_AS_IMAGE: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/jpg',
  'image/gif',
  'image/bmp',
  'image/webp',
]);
const SHOWN_AS_VIDEO: ReadonlySet<string> = new Set(['video/mp4', 'video/quicktime', 'video/x-m4v']);

/** How a file is to be sent, by its MIME type; parameters such as `; charset` do not matter. */
export function mediaKindOf(mimeType: string): MediaKind {
  const type = mimeType.split(';')[0]!.trim().toLowerCase();
  if (SHOWN_AS_IMAGE.has(type)) return 'image';
  if (SHOWN_AS_VIDEO.has(type)) return 'video';
  return 'file';
}
