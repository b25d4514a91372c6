import { ItemType, type MessageItem } from '../wire';
import type { MediaKind, MediaReference } from './reference';

/** The item of a message that shows a file. */
export function mediaItem({ kind, media, size, file_name }: MediaReference<MediaKind>): MessageItem {
  switch (kind) {
    case 'image':
      return { type: ItemType.Image, image_item: { media, mid_size: size } };
    case 'video':
      return { type: ItemType.Video, video_item: { media, video_size: size } };
    case 'file':
      return { type: ItemType.File, file_item: { media, file_name, len: String(size) } };
  }
}
