import { idIn, readItem, type IncomingItem, type Quote } from './incoming-item';
import { defined, isJsonObject, numberIn, objectIn, textIn, type Json, type JsonObject } from './json';

/**
 * One message as getupdates delivers it, parsed. The server omits what it likes and may write anything anywhere: what has the wrong
 * type reads as absent here, and {@link raw} has it as it came.
 */
export interface IncomingMessage {
  /** As it came, which may be no object at all: what is kept and given out, so that nothing of it is lost. */
  readonly raw: Json;
  /** Its fields as they came, by their names on the wire; none when it is no object. */
  readonly fields: JsonObject;
  /** `message_id`, `client_id` and `seq` with their exact digits. Zero is how an id that was never given looks on the wire. */
  readonly messageId?: string;
  readonly clientId?: string;
  readonly seq?: string;
  /** `create_time_ms` as its digits: it is compared only. */
  readonly createTimeMs?: string;
  /** `message_type`, when it is a number: see `MessageType`. */
  readonly messageType?: number;
  /** Who wrote it. */
  readonly fromUserId?: string;
  readonly groupId?: string;
  readonly sessionId?: string;
  /** What an answer to it brings along. */
  readonly contextToken?: string;
  /** The objects in `item_list`. */
  readonly items: readonly IncomingItem[];
  /** What the first item that quotes something quotes: one message quotes one other. */
  readonly quote?: Quote;
}

/**
 * The one place where a message of the wire is taken apart, whether it came from the server or from the store. Never throws.
 *
 * @param value one element of `msgs`, parsed by `parseLossless`, or what was kept of it
 */
export function readMessage(value: unknown): IncomingMessage {
  const fields = objectIn(value);
  const items = itemsIn(fields.item_list);
  return {
    raw: value as Json,
    fields,
    ...defined({
      messageId: idIn(fields.message_id),
      clientId: idIn(fields.client_id),
      seq: idIn(fields.seq),
      createTimeMs: idIn(fields.create_time_ms),
      messageType: numberIn(fields.message_type),
      fromUserId: textIn(fields.from_user_id),
      groupId: textIn(fields.group_id),
      sessionId: textIn(fields.session_id),
      contextToken: textIn(fields.context_token),
      quote: items.find(({ quote }) => quote !== undefined)?.quote,
    }),
    items,
  };
}

/** Whether there is anything by which the message can be told from others, whatever it says. */
export function hasIdentity({ messageId, clientId, seq, createTimeMs }: IncomingMessage): boolean {
  return [messageId, clientId, seq, createTimeMs].some((id) => id !== undefined);
}

/** The ids under which the message may be quoted: its own and those of its items. */
export function quotableIds({ messageId, items }: IncomingMessage): string[] {
  const ids = [messageId, ...items.map(({ id }) => id)];
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function itemsIn(list: Json | undefined): IncomingItem[] {
  return Array.isArray(list) ? list.filter(isJsonObject).map(readItem) : [];
}
