import { GrowingText } from '../../text/join';
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
  if (first.type !== 'text') return shipmentOf([first], now);
  const merged = new MergedText(now);
  merged.add(first);
  let count = 1;
  while (count < rows.length && canJoin(rows[count]!) && merged.add(rows[count]!)) count++;
  return shipmentOf(rows.slice(0, count), now);
}

/** How late something is, in words that need no translation as far as possible; empty when it is hardly late. */
export function ageOf(ms: number): string {
  if (ms < MINUTE_MS) return '';
  if (ms < 60 * MINUTE_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  const hours = Math.floor(ms / (60 * MINUTE_MS));
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

function canJoin({ type, clientId }: QueuedMessage): boolean {
  return type === 'text' && clientId === null;
}

function shipmentOf(rows: readonly QueuedMessage[], now: number): Shipment {
  const ids = rows.map(({ id }) => id);
  if (rows[0]!.type !== 'text') return { ids, item: JSON.parse(rows[0]!.item) as MessageItem };
  const noted = mergedText(rows, now);
  // A text that is as long as a message may be leaves no room for the note, and what goes out again may have grown older.
  const text = fits(noted) ? noted : mergedText(rows, now, false);
  return { ids, item: { type: ItemType.Text, text_item: { text } } };
}

/** All of them as one text, whether it fits or not. */
function mergedText(rows: readonly QueuedMessage[], now: number, withNotes = true): string {
  const merged = new MergedText(now, withNotes, Infinity);
  rows.forEach((row) => merged.add(row));
  return merged.text;
}

/**
 * The texts one below the other, those of one send under one note of their age. An open code block of one ends with it. The time
 * that a further text takes does not depend on how many there are already.
 */
class MergedText {
  /** The sends before the one that is being added to. */
  private above = '';
  private aboveBytes = 0;
  private current: GrowingText | undefined;
  private sendId: string | undefined;
  private bytes = 0;

  /** @param maxBytes with `Infinity` everything fits */
  constructor(
    private readonly now: number,
    private readonly withNotes = true,
    private readonly maxBytes = MAX_TEXT_BYTES,
  ) {}

  get text(): string {
    return this.above + (this.current?.text ?? '');
  }

  /** Adds a text below, if it still fits; the first one is taken in any case. @returns whether it was added */
  add(row: QueuedMessage): boolean {
    const { current } = this;
    if (!current) return this.begin('', 0, row);
    if (row.sendId !== this.sendId) {
      const { closed } = current;
      // Hardly ever is a code block open, and then nothing has to be counted again.
      const bytes = closed === current.text ? this.bytes : this.aboveBytes + Buffer.byteLength(closed);
      return this.begin(`${this.above}${closed}\n\n`, bytes + 2, row);
    }
    const text = textOf(row);
    const added = current.gapBefore(text) + text;
    if (!this.hasRoom(this.text.length + added.length, this.bytes + Buffer.byteLength(added))) return false;
    current.add(text);
    this.bytes += Buffer.byteLength(added);
    return true;
  }

  private begin(above: string, aboveBytes: number, row: QueuedMessage): boolean {
    const noted = this.noteOf(row) + textOf(row);
    const bytes = aboveBytes + Buffer.byteLength(noted);
    if (this.current && !this.hasRoom(above.length + noted.length, bytes)) return false;
    this.above = above;
    this.aboveBytes = aboveBytes;
    this.current = new GrowingText(noted);
    this.sendId = row.sendId;
    this.bytes = bytes;
    return true;
  }

  private hasRoom(characters: number, bytes: number): boolean {
    if (this.maxBytes === Infinity) return true;
    return characters <= DEFAULT_MAX_CHARACTERS && bytes <= this.maxBytes;
  }

  private noteOf({ ageNote, queuedAt }: QueuedMessage): string {
    const age = ageNote === '' || !this.withNotes ? '' : ageOf(this.now - queuedAt);
    return age === '' ? '' : `${ageNote.replaceAll('{age}', age)}\n`;
  }
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
