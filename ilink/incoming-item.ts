import { defined, isJsonObject, objectIn, textIn, type Json, type JsonObject } from './json';
import { referenceIn, type MediaReference } from './media/reference';
import { ItemType } from './wire';

/** What an item is, and so what a message is. `unknown`: nothing that this package understands. */
export const CONTENT_TYPES = ['text', 'image', 'voice', 'file', 'video', 'unknown'] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];

/** One part of an incoming message. */
export interface IncomingItem {
  readonly type: ContentType;
  /** `msg_id` with its exact digits: the item may be quoted under it. */
  readonly id?: string;
  /** What was written, or the server's transcript of what was said. */
  readonly text?: string;
  readonly media?: MediaReference;
  readonly quote?: Quote;
}

/** What an item quotes. Since July 2026 newer phones send only an id and a part of the text. */
export interface Quote {
  /** Names the quoted message, or its item. Absent when it names none. */
  readonly id?: string;
  /** That name as it was written, which may be that of no message, such as "0". */
  readonly writtenId?: string;
  readonly title?: string;
  /** What the phone sent along of the quoted message. */
  readonly item?: IncomingItem;
  /** `partial_text` as it came: which part of the message is meant. See `quotedPart`. */
  readonly partialText?: JsonObject;
}

const TYPES: ReadonlyMap<Json | undefined, ContentType> = new Map<Json | undefined, ContentType>([
  [ItemType.Text, 'text'],
  [ItemType.Image, 'image'],
  [ItemType.Voice, 'voice'],
  [ItemType.File, 'file'],
  [ItemType.Video, 'video'],
]);

/** Reads one object of an `item_list`, whatever stands in it. */
export function readItem(item: JsonObject): IncomingItem {
  return {
    type: TYPES.get(item.type) ?? 'unknown',
    ...defined({
      id: idIn(item.msg_id),
      text: textIn(objectIn(item.text_item).text ?? objectIn(item.voice_item).text),
      media: referenceIn(item),
      quote: isJsonObject(item.ref_msg) ? readQuote(item.ref_msg) : undefined,
    }),
  };
}

/** What a message of these items is: the first of them that is not text, else text. */
export function contentTypeOf(items: readonly IncomingItem[]): ContentType {
  const types = items.map(({ type }) => type).filter((type) => type !== 'unknown');
  return types.find((type) => type !== 'text') ?? types[0] ?? 'unknown';
}

/** The text of a message of these items: what was written, and transcripts, each on a line of its own. */
export function textOf(items: readonly IncomingItem[]): string {
  return items
    .map(({ text }) => text)
    .filter((text) => text !== undefined)
    .join('\n');
}

/** An id with its exact digits. Zero is no id: it is how a number that was never set looks on the wire. */
export function idIn(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const id = String(value);
  return /^0*$/.test(id) ? undefined : id;
}

function readQuote({ svr_id, title, message_item, partial_text }: JsonObject): Quote {
  const { msg_id } = objectIn(message_item);
  return defined({
    id: trimmedId(svr_id) ?? trimmedId(msg_id),
    writtenId: textIn(svr_id) ?? textIn(msg_id),
    title: textIn(title),
    item: isJsonObject(message_item) ? readItem(message_item) : undefined,
    partialText: isJsonObject(partial_text) ? partial_text : undefined,
  });
}

function trimmedId(value: Json | undefined): string | undefined {
  return idIn(typeof value === 'string' ? value.trim() : value);
}
