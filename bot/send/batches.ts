import { closeFence, joinParts } from '../../text/join';
import { DEFAULT_MAX_CHARACTERS, MAX_TEXT_BYTES } from '../../text/split';
import { ItemType, type MessageItem } from '../../ilink/wire';
import type { QueuedMessage } from '../../store/outbox';

/** Queued messages that go out as one. */
export interface Shipment {
  ids: number[];
  item: MessageItem;
  /** Set when an earlier attempt may have arrived. */
  client_id?: string;
}

const MINUTE_MS = 60_000;

/**
 * The next message to send of a queue: as many texts as fit into one, because each message counts; anything else by itself.
 * What was once sent together under a `client_id` goes out together again.
 *
 * @param rows at least one, oldest first
 * @param now milliseconds since 1970
 */
export function nextShipment(rows: readonly QueuedMessage[], now: number): Shipment {
  const first = rows[0]!;
  if (first.clientId !== null) {
    const together = takeWhile(rows, ({ clientId }) => clientId === first.clientId);
    return { ...shipmentOf(together, now), client_id: first.clientId };
  }
  let count = 1;
  while (count < rows.length && canJoin(rows.slice(0, count + 1), now)) count++;
  return shipmentOf(rows.slice(0, count), now);
}

/** How late something is, in words that need no translation as far as possible; empty when it is hardly late. */
export function ageOf(ms: number): string {
  if (ms < MINUTE_MS) return '';
  if (ms < 60 * MINUTE_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  const hours = Math.floor(ms / (60 * MINUTE_MS));
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

function canJoin(rows: QueuedMessage[], now: number): boolean {
  const last = rows.at(-1)!;
  if (rows[0]!.type !== 'text' || last.type !== 'text' || last.clientId !== null) return false;
  return fits(mergedText(rows, now));
}

function shipmentOf(rows: readonly QueuedMessage[], now: number): Shipment {
  const ids = rows.map(({ id }) => id);
  if (rows[0]!.type !== 'text') return { ids, item: JSON.parse(rows[0]!.item) as MessageItem };
  const noted = mergedText(rows, now);
  // A text that is as long as a message may be leaves no room for the note, and what goes out again may have grown older.
  const text = fits(noted) ? noted : mergedText(rows, now, false);
  return { ids, item: { type: ItemType.Text, text_item: { text } } };
}

/** The texts one below the other, those of one send under one note of their age. An open code block of one ends with it. */
function mergedText(rows: readonly QueuedMessage[], now: number, withNotes = true): string {
  const sends = bySend(rows).map((parts) => {
    const { ageNote, queuedAt } = parts[0]!;
    const age = ageNote === '' || !withNotes ? '' : ageOf(now - queuedAt);
    const note = age === '' ? '' : `${ageNote.replaceAll('{age}', age)}\n`;
    return note + parts.map(textOf).reduce(joinParts);
  });
  return sends.map((text, i) => (i < sends.length - 1 ? closeFence(text) : text)).join('\n\n');
}

/** Neighbours that are of one send, together. */
function bySend(rows: readonly QueuedMessage[]): QueuedMessage[][] {
  const sends: QueuedMessage[][] = [];
  for (const row of rows) {
    if (sends.at(-1)?.[0]?.sendId === row.sendId) sends.at(-1)!.push(row);
    else sends.push([row]);
  }
  return sends;
}

function textOf({ item }: QueuedMessage): string {
  return (JSON.parse(item) as MessageItem).text_item?.text ?? '';
}

function fits(text: string): boolean {
  return text.length <= DEFAULT_MAX_CHARACTERS && Buffer.byteLength(text) <= MAX_TEXT_BYTES;
}

function takeWhile<Entry>(entries: readonly Entry[], wanted: (entry: Entry) => boolean): Entry[] {
  const end = entries.findIndex((entry) => !wanted(entry));
  return entries.slice(0, end === -1 ? entries.length : end);
}
