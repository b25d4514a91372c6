import { baseInfoProblem } from './base-info';
import { ItemType } from './types';

/** What becomes of a message that is not sent: answered like a success and dropped, or refused with a code. */
export type Verdict =
  | { kind: 'dropped'; reason: string; detail: string }
  | { kind: 'refused'; code: number; errmsg: string; reason: string; detail: string };

type Fields = Record<string, unknown>;

const BOT_MESSAGE = 2;
const GENERATING = 1;
const FINISH = 2;

const dropped = (reason: string, detail: string): Verdict => ({ kind: 'dropped', reason, detail });
const refused = (code: number, errmsg: string, reason: string, detail: string): Verdict => ({
  kind: 'refused',
  code,
  errmsg,
  reason,
  detail,
});

/** The field of an item that holds its content, by item type. */
const CONTENT_FIELD: Record<number, string> = {
  [ItemType.text]: 'text_item',
  [ItemType.image]: 'image_item',
  [ItemType.voice]: 'voice_item',
  [ItemType.file]: 'file_item',
  [ItemType.video]: 'video_item',
  [ItemType.toolStart]: 'tool_call_start_item',
  [ItemType.toolResult]: 'tool_call_result_item',
};

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The content object of an item, for example its `text_item`. */
export function contentOf(item: Fields): Fields | undefined {
  const content = item[CONTENT_FIELD[Number(item['type'])] ?? ''];
  return isFields(content) ? content : undefined;
}

/**
 * The fields without which the server answers 200 `{}` and drops the message [C] (protocol.md, "Sending").
 * @param body the whole request
 */
export function requiredFieldsVerdict(body: Fields): Verdict | undefined {
  if (!isFields(body['msg'])) return dropped('msg_missing', 'msg is missing');
  const { from_user_id, client_id, message_type, message_state } = body['msg'];
  if (from_user_id === undefined)
    return dropped('from_user_id_missing', 'from_user_id must be present and empty');
  if (from_user_id !== '') return dropped('from_user_id_not_empty', 'from_user_id must be present and empty');
  if (typeof client_id !== 'string' || client_id === '')
    return dropped('client_id_missing', 'client_id is missing');
  if (message_type !== BOT_MESSAGE) return dropped('message_type_wrong', 'message_type must be 2');
  if (message_state === GENERATING) return dropped('message_state_generating', 'Only FINISH (2) is shown');
  if (message_state !== FINISH) return dropped('message_state_wrong', 'message_state must be 2');
  const problem = baseInfoProblem(body['base_info']);
  return problem?.missing ? dropped('base_info_missing', problem.detail) : undefined;
}

/** Exactly one item of a known type, with its content, and a text within the limit. */
export function itemsVerdict(item_list: unknown, textLimitBytes: number): Verdict | undefined {
  if (!Array.isArray(item_list) || item_list.length === 0) {
    return refused(-2, 'item_list is empty', 'item_list_empty', 'item_list must hold one item');
  }
  if (item_list.length > 1) return severalItemsVerdict(item_list);
  const item: unknown = item_list[0];
  if (!isFields(item) || CONTENT_FIELD[Number(item['type'])] === undefined) {
    return refused(-2, 'invalid item type', 'item_type_unknown', 'The type of the item is unknown');
  }
  const content = contentOf(item);
  if (!content) {
    const field = CONTENT_FIELD[Number(item['type'])];
    return refused(-2, `${field} required`, 'item_content_missing', `An item of this type needs ${field}`);
  }
  return item['type'] === ItemType.text ? textVerdict(content['text'], textLimitBytes) : undefined;
}

function severalItemsVerdict(items: unknown[]): Verdict {
  const texts = items.filter((item) => isFields(item) && item['type'] === ItemType.text).length;
  if (texts > 0 && texts < items.length) {
    return refused(-3, 'invalid arguments', 'text_and_media_mixed', 'A caption is a message of its own');
  }
  return refused(-2, 'only one item allowed', 'several_items', 'A message holds exactly one item');
}

function textVerdict(text: unknown, limitBytes: number): Verdict | undefined {
  if (typeof text !== 'string' || text === '') {
    return refused(-2, 'text required', 'text_empty', 'text_item.text must be a text that is not empty');
  }
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes <= limitBytes) return undefined;
  return refused(
    -2,
    'text too long',
    'text_too_long',
    `${bytes} bytes of text, at most ${limitBytes} are taken`,
  );
}
