import type { IDataObject } from 'n8n-workflow';

import type { Quoted } from '../../../bot/recall/quotes';
import type { IncomingMessage } from '../../../ilink/incoming';
import {
  contentTypeOf,
  textOf,
  type ContentType,
  type IncomingItem,
  type Quote,
} from '../../../ilink/incoming-item';
import { defined } from '../../../ilink/json';
import type { MediaReference } from '../../../ilink/media/reference';
import { quotedPart } from '../../../ilink/partial-quote';
import { cleanFileName } from '../media/fileName';
import type { ChatLanguage, ChatPart, ChatQuote } from '../texts';
import { chatInputOf } from './chatInput';

/** What the `type` of an item can be. `unknown`: nothing that this package understands, to be found in `raw`. */

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

/**
 * The JSON of the trigger's item: the wire's fields, the text, the files as references, the quote, and what the AI nodes
 * look for (`sessionId`, `chatInput`). It never throws: a message with gaps still reaches the workflow.
 *
 * @param includeRaw adds it whole as `raw`; a message of unknown type always has it
 * @param quoted the earlier message that it quotes, if that is known
 * @param language in which `chatInput` says what came that is no text
 */
export function toItemJson(
  message: IncomingMessage,
  includeRaw: boolean,
  quoted?: Quoted,
  language: ChatLanguage = 'en',
): IDataObject {
  const { items, groupId, fromUserId, sessionId } = message;
  const type = contentTypeOf(items);
  const quote = message.quote && quoteOf(message.quote, quoted);
  const media = mediaOf(items);
  return {
    type,
    text: textOf(items),
    ...pickFields(message),
    sessionId: groupId ?? fromUserId ?? sessionId ?? 'unknown',
    chatInput: chatInputOf(items.map(chatPartOf), quote && chatQuoteOf(quote), language),
    ...(media.length > 0 && { media: media as unknown as IDataObject[] }),
    ...(quote && { quote: quote as unknown as IDataObject }),
    ...((includeRaw || type === 'unknown') && { raw: message.raw as IDataObject }),
  };
}

function chatPartOf({ type, text = '', media }: IncomingItem): ChatPart {
  return { kind: type, text, ...(media && factsFor(media)) };
}

function chatQuoteOf({ text, media = [], from }: QuoteJson): ChatQuote {
  const files = media.map((file): ChatPart => ({ kind: file.kind, text: '', ...factsFor(file) }));
  return { parts: text === undefined ? files : [{ kind: 'text', text }], ...(from && { from }) };
}

function factsFor({ file_name, playtime_ms = 0 }: MediaReference): Pick<ChatPart, 'name' | 'seconds'> {
  return defined({
    name: cleanFileName(file_name ?? '') || undefined,
    seconds: Math.round(playtime_ms / 1_000) || undefined,
  });
}

function mediaOf(items: readonly IncomingItem[]): MediaReference[] {
  return items.map(({ media }) => media).filter((media) => media !== undefined);
}

/** The `quote` of an item. */
interface QuoteJson {
  /** Whether anything of it is known: newer phones send only an id. */
  found: boolean;
  /** What was quoted, which may be a part of the message; then the whole text is `fullText`. */
  text?: string;
  fullText?: string;
  title?: string;
  svr_id?: string;
  type?: ContentType;
  from?: 'user' | 'bot';
  from_user_id?: string;
  create_time_ms?: number;
  partial_text?: IDataObject;
  media?: MediaReference[];
}

/** The quoted message: what the phone sent of it, and what is remembered of it. */
function quoteOf({ item, title, writtenId, partialText }: Quote, quoted?: Quoted): QuoteJson {
  const sent = item ? [item] : [];
  const remembered = quoted?.items ?? [];
  const text = textOf(sent) || textOf(remembered) || title;
  const part = text !== undefined && partialText ? quotedPart(text, partialText) : undefined;
  const media = item?.media ? [item.media] : mediaOf(remembered);
  return {
    found: Boolean(text) || media.length > 0,
    ...defined({ text: part ?? text, fullText: part === undefined ? undefined : text, title }),
    ...defined({ svr_id: writtenId }),
    ...(quoted && writerOf(quoted)),
    ...(partialText && { partial_text: partialText as IDataObject }),
    ...(media.length > 0 && { media }),
  };
}

function writerOf({ direction, at, items, fromUserId }: Quoted): Partial<QuoteJson> {
  return {
    type: contentTypeOf(items),
    from: direction === 'in' ? 'user' : 'bot',
    ...defined({ from_user_id: fromUserId }),
    create_time_ms: at,
  };
}

function pickFields({ fields }: IncomingMessage): IDataObject {
  return Object.fromEntries(
    WIRE_FIELDS.filter((field) => fields[field] !== undefined).map((field) => [field, fields[field]]),
  ) as IDataObject;
}
