import { JoinedText } from '../../text/join';
import { DEFAULT_MAX_CHARACTERS, MAX_TEXT_BYTES } from '../../text/split';
import { ItemType, type MessageItem } from '../../ilink/wire';
import type { QueuedMessage } from './message';

const MINUTE_MS = 60_000;
/** One unit of UTF-16 takes at most three bytes in UTF-8. */
const MAX_BYTES_PER_CHARACTER = 3;

/**
 * The next message to send of a queue: as many texts as fit into one, because each message counts; anything else by itself.
 * What was once sent together under a `client_id` goes out together again. Takes time in proportion to what goes out.
 *
 * @param rows at least one, oldest first
 * @param now milliseconds since 1970
 * @returns the first of the rows, and what they say as one message
 */
export function nextBatch(
  rows: readonly QueuedMessage[],
  now: number,
): { batch: QueuedMessage[]; item: MessageItem } {
  const [first] = rows as [QueuedMessage];
  if (first.type !== 'text') return { batch: together(rows), item: JSON.parse(first.item) as MessageItem };
  if (first.clientId !== null) {
    const batch = together(rows);
    const noted = mergeWhile(batch, now, () => true).text;
    // What goes out again may have grown older, so that its note is longer.
    return { batch, item: textItem(fits(noted) ? noted : mergeWhile(batch, undefined, () => true).text) };
  }
  const { count, text } = mergeWhile(rows, now, ({ type, clientId }, merged) => {
    return type === 'text' && clientId === null && fits(merged);
  });
  // A text that is as long as a message may be leaves no room for the note.
  return { batch: rows.slice(0, count), item: textItem(fits(text) ? text : textOf(first)) };
}

/** How late something is, in words that need no translation as far as possible; empty when it is hardly late. */
export function ageOf(ms: number): string {
  if (ms < MINUTE_MS) return '';
  if (ms < 60 * MINUTE_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  const hours = Math.floor(ms / (60 * MINUTE_MS));
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** The first one, and what was once sent under one id with it. */
function together(rows: readonly QueuedMessage[]): QueuedMessage[] {
  const [{ clientId }] = rows as [QueuedMessage];
  const end = clientId === null ? 1 : rows.findIndex((row) => row.clientId !== clientId);
  return rows.slice(0, end === -1 ? rows.length : end);
}

/**
 * The texts one below the other, those of one send under one note of their age. An open code block of one ends with it.
 *
 * @param now without it there are no notes
 * @param wanted whether a row still goes with those before it, which would say this together
 * @returns how many go together, one at least, and what they say
 */
function mergeWhile(
  rows: readonly QueuedMessage[],
  now: number | undefined,
  wanted: (row: QueuedMessage, merged: string) => boolean,
): { count: number; text: string } {
  const merged = new JoinedText();
  let text = '';
  let count = 0;
  for (const row of rows) {
    if (count > 0 && rows[count - 1]!.sendId === row.sendId) merged.add(textOf(row));
    else merged.begin((now === undefined ? '' : noteOf(row, now)) + textOf(row));
    if (count > 0 && !wanted(row, merged.text)) break;
    text = merged.text;
    count++;
  }
  return { count, text };
}

function noteOf({ ageNote, queuedAt }: QueuedMessage, now: number): string {
  const age = ageNote === '' ? '' : ageOf(now - queuedAt);
  return age === '' ? '' : `${ageNote.replaceAll('{age}', age)}\n`;
}

function textItem(text: string): MessageItem {
  return { type: ItemType.Text, text_item: { text } };
}

function textOf({ item }: QueuedMessage): string {
  return (JSON.parse(item) as MessageItem).text_item?.text ?? '';
}

function fits(text: string): boolean {
  if (text.length > DEFAULT_MAX_CHARACTERS) return false;
  return text.length * MAX_BYTES_PER_CHARACTER <= MAX_TEXT_BYTES || Buffer.byteLength(text) <= MAX_TEXT_BYTES;
}
