import { createHash } from 'node:crypto';

import type { InboundMessage, MessageItem } from '../../ilink/wire';

/** A key by which a message is known again, and for how long it counts. */
export interface DuplicateKey {
  key: string;
  windowMs: number;
}

/** An id is never given to a second message. */
const FOREVER_MS = 366 * 24 * 3_600_000;
/** Duplicates under a new id were seen 1 to 11 seconds and 30 to 50 minutes later. */
const REPEAT_WINDOW_MS = 2 * 3_600_000;

/** Noted for others, and nothing by which this message itself is known. */
const NEVER_MS = -1;

/**
 * The keys by which a duplicate of `message` would be known. WeChat repeats messages, also under a new `message_id` and
 * `context_token`; then `client_id` or `seq` are the same, and so is the content. A person who writes "ok" twice must not be
 * taken for that, so content alone never counts: it needs the sender and one of client_id, seq or the time of writing. The time
 * counts only where an id is missing: two messages of one millisecond that have ids of their own are two. A seq counts for one
 * login only: after the next one it may start anew, and people say "hello" again then.
 *
 * What has nothing else to be known by is known by all that it holds: a server may give the same over and over.
 *
 * @param message as it came
 */
export function duplicateKeys(message: unknown): DuplicateKey[] {
  if (!hasIdentity(message)) return [{ key: `b:${digest(message)}`, windowMs: REPEAT_WINDOW_MS }];
  const { message_id, client_id, seq, create_time_ms, from_user_id, to_user_id } = message as InboundMessage;
  const keys: DuplicateKey[] = [];
  if (isId(message_id)) keys.push({ key: `m:${message_id}`, windowMs: FOREVER_MS });
  const content = contentOf(message as InboundMessage);
  const repeat = (name: string, value: unknown, to?: unknown, windowMs = REPEAT_WINDOW_MS): number => {
    const same = digest([from_user_id, to, content]);
    return keys.push({ key: `${name}:${String(value)}:${same}`, windowMs });
  };
  if (isId(client_id)) repeat('c', client_id);
  if (isId(seq)) repeat('s', seq, to_user_id);
  if (!isId(client_id) && !isId(seq) && isId(create_time_ms)) {
    repeat('t', create_time_ms, undefined, isId(message_id) ? NEVER_MS : REPEAT_WINDOW_MS);
  }
  return keys;
}

/** Whether there is anything by which a message can be told from others, whatever it says. */
export function hasIdentity(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { message_id, client_id, seq, create_time_ms } = message as InboundMessage;
  return [message_id, client_id, seq, create_time_ms].some(isId);
}

/** The ids under which a message may be quoted: its own and those of its items. */
export function quotableIds(message: unknown): string[] {
  const { message_id, item_list } = Object(message) as { message_id?: unknown; item_list?: unknown };
  const items = Array.isArray(item_list) ? item_list : [];
  const ids = [message_id, ...items.map((item) => (Object(item) as MessageItem).msg_id)];
  return [...new Set(ids.filter(isId).map(String))];
}

/** What stays the same in a repeated message. Addresses and keys of files may be made anew for each delivery. */
function contentOf({ item_list }: InboundMessage): unknown {
  if (!Array.isArray(item_list)) return item_list;
  return item_list.map((item: MessageItem | null) => {
    const { type, text_item, voice_item, file_item, video_item, image_item } = Object(item) as MessageItem;
    return [
      type,
      text_item?.text,
      voice_item?.playtime,
      [file_item?.file_name, file_item?.len, file_item?.md5],
      [video_item?.video_size, video_item?.play_length, video_item?.video_md5],
      [image_item?.mid_size, image_item?.hd_size],
    ];
  });
}

/** Zero is no id: it is how a number that was never set looks on the wire. */
function isId(value: unknown): value is string | number {
  return (typeof value === 'string' || typeof value === 'number') && !/^0*$/.test(String(value));
}

function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('base64url')
    .slice(0, 22);
}
