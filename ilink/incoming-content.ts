import type { IncomingMessage } from './incoming';
import { objectIn, type Json } from './json';

/**
 * What stays the same when the server delivers a message again under another id. Addresses and keys of files may be made anew for
 * each delivery, and are left out.
 */
export function contentOf({ fields: { item_list } }: IncomingMessage): Json {
  return Array.isArray(item_list) ? item_list.map(contentOfItem) : (item_list ?? null);
}

/** By its fields as they came: also those of a wrong type tell two messages apart. */
function contentOfItem(item: Json): Json {
  const { type, text_item, voice_item, file_item, video_item, image_item } = objectIn(item);
  return [
    type ?? null,
    ...facts(text_item, 'text'),
    ...facts(voice_item, 'playtime'),
    facts(file_item, 'file_name', 'len', 'md5'),
    facts(video_item, 'video_size', 'play_length', 'video_md5'),
    facts(image_item, 'mid_size', 'hd_size'),
  ];
}

function facts(part: Json | undefined, ...names: string[]): Json[] {
  const fields = objectIn(part);
  return names.map((name) => fields[name] ?? null);
}
