import type { InboundMessage, MessageItem, RefMessage } from '../../ilink/wire';
import type { Recent } from '../../store/store';

/** An earlier message that a quote points to. */
export interface Quoted {
  /** `in`: the user wrote it. `out`: the bot. */
  direction: 'in' | 'out';
  /** When it was received or sent here. Milliseconds since 1970. */
  at: number;
  /** What was quoted of it: the item with that id, or the whole message. */
  items: MessageItem[];
  /** Who wrote it, where the message says so. */
  from_user_id?: string;
}

/**
 * The quote in a message. One message quotes one other.
 *
 * @param message as it came, so it may be anything
 */
export function quoteIn(message: unknown): RefMessage | undefined {
  return itemsOf(message).find(({ ref_msg }) => isObject(ref_msg))?.ref_msg;
}

/**
 * Finds the message that a quote points to. Since July 2026 phones send only its id, so what was said lately is remembered.
 *
 * @param bot whose conversations these are
 * @returns nothing when there is no quote, when it has no id, or when that message is not known (any more)
 */
export async function findQuoted(
  message: unknown,
  bot: string,
  recent: Pick<Recent, 'find'>,
): Promise<Quoted | undefined> {
  const quote = quoteIn(message);
  const id = quote && (idIn(quote.svr_id) ?? idIn(Object(quote.message_item).msg_id));
  const { from_user_id } = Object(message) as InboundMessage;
  if (id === undefined || typeof from_user_id !== 'string') return undefined;
  const found = await recent.find(bot, from_user_id, id);
  if (!found) return undefined;
  const earlier: unknown = JSON.parse(found.body);
  const items = itemsOf(earlier);
  const one = items.filter(({ msg_id }) => String(msg_id) === id);
  const writer = (Object(earlier) as InboundMessage).from_user_id;
  return {
    direction: found.direction,
    at: found.at,
    items: one.length > 0 ? one : items,
    ...(typeof writer === 'string' && writer !== '' && { from_user_id: writer }),
  };
}

function itemsOf(message: unknown): MessageItem[] {
  const { item_list } = Object(message) as InboundMessage;
  return Array.isArray(item_list) ? item_list.filter(isObject) : [];
}

function idIn(value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return /^0*$/.test(text) ? undefined : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
