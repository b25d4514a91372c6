import type { IDataObject } from 'n8n-workflow';

import { quoteIn, type Quoted } from '../../../bot/recall/quotes';
import { quotedPart } from '../../../ilink/partial-quote';
import {
  ItemType,
  type CdnMedia,
  type InboundMessage,
  type MessageItem,
  type RefMessage,
} from '../../../ilink/wire';

import { cleanFileName } from '../media/fileName';
import { chatInputOf, type ChatLanguage, type ChatPart, type ChatQuote } from './chatInput';

/** What the `type` of an item can be. `unknown`: nothing that this package understands, to be found in `raw`. */
export const MESSAGE_TYPES = ['text', 'image', 'voice', 'file', 'video', 'unknown'] as const;
export type MessageKind = (typeof MESSAGE_TYPES)[number];

/** A file of an incoming message, as a reference: nothing was downloaded yet. */
export interface MediaReference {
  kind: 'image' | 'voice' | 'file' | 'video';
  file_name?: string;
  /** Bytes as far as the message says; of the encrypted file for images and videos. */
  size?: number;
  playtime_ms?: number;
  encode_type?: number;
  /** 32 hex characters; only images have it. */
  aeskey?: string;
  /** Hex MD5 of the file; only files have it. */
  md5?: string;
  media: CdnMedia;
}

/** The fields of the wire that go to the user under their own names. Ids are strings with their exact digits. */
const WIRE_FIELDS = [
  'message_id',
  'seq',
  'client_id',
  'from_user_id',
  'to_user_id',
  'create_time_ms',
  'session_id',
  'group_id',
  'message_type',
  'message_state',
  'context_token',
  'run_id',
] as const;

const KIND_OF_ITEM: ReadonlyMap<unknown, Exclude<MessageKind, 'unknown'>> = new Map([
  [ItemType.Text, 'text'],
  [ItemType.Image, 'image'],
  [ItemType.Voice, 'voice'],
  [ItemType.File, 'file'],
  [ItemType.Video, 'video'],
]);

/**
 * The kind of a message: that of its first item that is not text, else text. What cannot be understood is `unknown`.
 *
 * @param message as it came, so it may be anything
 */
export function kindOf(message: unknown): MessageKind {
  const kinds = itemsOf(message).map((item) => KIND_OF_ITEM.get(item.type));
  return (
    kinds.find((kind) => kind !== undefined && kind !== 'text') ?? kinds.find((kind) => kind) ?? 'unknown'
  );
}

/**
 * The JSON of the trigger's item: the wire's fields, the text, the files as references, the quote, and what the AI nodes
 * look for (`sessionId`, `chatInput`). It never throws: a message with gaps still reaches the workflow.
 *
 * @param message as it came
 * @param includeRaw adds it whole as `raw`; a message of unknown type always has it
 * @param quoted the earlier message that it quotes, if that is known
 * @param language in which `chatInput` says what came that is no text
 */
export function toItemJson(
  message: unknown,
  includeRaw: boolean,
  quoted?: Quoted,
  language: ChatLanguage = 'en',
): IDataObject {
  const type = kindOf(message);
  const wire = (isObject(message) ? message : {}) as InboundMessage;
  const items = itemsOf(message);
  const reference = quoteIn(message);
  const quote = reference && quoteOf(reference, quoted);
  const media = items.flatMap(mediaOf);
  return {
    type,
    text: textOf(items),
    ...pickFields(wire),
    sessionId: [wire.group_id, wire.from_user_id, wire.session_id].map(textIn).find(Boolean) ?? 'unknown',
    chatInput: chatInputOf(items.map(chatPartOf), quote && chatQuoteOf(quote), language),
    ...(media.length > 0 && { media: media as unknown as IDataObject[] }),
    ...(quote && { quote }),
    ...((includeRaw || type === 'unknown') && { raw: message as IDataObject }),
  };
}

function chatPartOf(item: MessageItem): ChatPart {
  const kind = KIND_OF_ITEM.get(item.type) ?? 'unknown';
  return { kind, text: textOf([item]), ...mediaOf(item).map(factsFor)[0] };
}

function chatQuoteOf(quote: IDataObject): ChatQuote {
  const text = textIn(quote.text);
  const files = (quote.media ?? []) as unknown as MediaReference[];
  const parts = files.map((file): ChatPart => ({ kind: file.kind, text: '', ...factsFor(file) }));
  const from = quote.from === 'bot' || quote.from === 'user' ? quote.from : undefined;
  return { parts: text === undefined ? parts : [{ kind: 'text', text }], ...(from && { from }) };
}

function factsFor({ file_name, playtime_ms = 0 }: MediaReference): Pick<ChatPart, 'name' | 'seconds'> {
  return known({
    name: cleanFileName(file_name ?? '') || undefined,
    seconds: Math.round(playtime_ms / 1_000) || undefined,
  });
}

/** The text of a message: its text items, and the server's transcript of voice messages. */
function textOf(items: MessageItem[]): string {
  return items
    .map((item) => item.text_item?.text ?? item.voice_item?.text)
    .filter((text) => typeof text === 'string' && text !== '')
    .join('\n');
}

function mediaOf(item: MessageItem): MediaReference[] {
  const { image_item: image, voice_item: voice, file_item: file, video_item: video } = item;
  if (isObject(image?.media)) {
    const size = numberIn(image.mid_size ?? image.hd_size);
    return [{ kind: 'image', ...known({ size, aeskey: textIn(image.aeskey) }), media: image.media }];
  }
  if (isObject(voice?.media)) {
    const facts = {
      playtime_ms: numberIn(voice.playtime) || undefined,
      encode_type: numberIn(voice.encode_type),
    };
    return [{ kind: 'voice', ...known(facts), media: voice.media }];
  }
  if (isObject(file?.media)) {
    const facts = {
      file_name: textIn(file.file_name),
      size: numberIn(file.len) ?? numberIn(Number(textIn(file.len))),
      md5: textIn(file.md5),
    };
    return [{ kind: 'file', ...known(facts), media: file.media }];
  }
  if (isObject(video?.media)) {
    const playtime_ms = (numberIn(video.play_length) ?? 0) * 1000 || undefined;
    return [
      { kind: 'video', ...known({ size: numberIn(video.video_size), playtime_ms }), media: video.media },
    ];
  }
  return [];
}

/**
 * The quoted message: what the phone sent of it, and what is remembered of it. `text` is what was quoted, which may be a part
 * of the message; then the whole text is `fullText`. `found` says whether there is anything: newer phones send only an id.
 */
function quoteOf(quote: RefMessage, quoted?: Quoted): IDataObject {
  const inline = isObject(quote.message_item) ? [quote.message_item] : [];
  const { partial_text } = quote;
  const title = textIn(quote.title);
  const text = textOf(inline) || textOf(quoted?.items ?? []) || title;
  const part = text !== undefined && isObject(partial_text) ? quotedPart(text, partial_text) : undefined;
  const media = [...inline, ...(inline.some(hasMedia) ? [] : (quoted?.items ?? []))].flatMap(mediaOf);
  return {
    found: Boolean(text) || media.length > 0,
    ...known({ text: part ?? text, fullText: part === undefined ? undefined : text, title }),
    ...known({ svr_id: textIn(quote.svr_id) ?? textIn(inline[0]?.msg_id) }),
    ...(quoted && writerOf(quoted)),
    ...(isObject(partial_text) && { partial_text: partial_text as IDataObject }),
    ...(media.length > 0 && { media: media as unknown as IDataObject[] }),
  };
}

function writerOf({ direction, at, items, from_user_id }: Quoted): IDataObject {
  return {
    type: kindOf({ item_list: items }),
    from: direction === 'in' ? 'user' : 'bot',
    ...known({ from_user_id }),
    create_time_ms: at,
  };
}

function hasMedia(item: MessageItem): boolean {
  return mediaOf(item).length > 0;
}

function pickFields(wire: InboundMessage): IDataObject {
  return Object.fromEntries(
    WIRE_FIELDS.filter((field) => wire[field] !== undefined).map((field) => [field, wire[field]]),
  ) as IDataObject;
}

function itemsOf(message: unknown): MessageItem[] {
  const list = isObject(message) ? message.item_list : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

// The fields are what the wire type says, or anything at all. What users build on has its type, or is not there.

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Without the properties that are undefined. */
function known<Facts extends object>(facts: Facts): { [Name in keyof Facts]?: NonNullable<Facts[Name]> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
