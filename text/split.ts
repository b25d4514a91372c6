import { type Cut, findCuts, markSpans } from './boundaries';
import { type Fence, findFences } from './fences';
import { addForcedCuts } from './forced-cuts';
import { chooseCuts, type Fits } from './plan';
import { measure, type TextLimits, type TextSize } from './size';
import { findSpans } from './spans';
import { findTables, type TableRegion } from './table-regions';
import { nextWindow } from './windows';

export type { TextLimits } from './size';

/** One part of a text: `text === open + source.slice(start, end) + close`. */
export interface TextPart {
  /** What is sent. */
  text: string;
  start: number;
  end: number;
  /** Opens again what was cut before this part: a code fence, a table (with its header), emphasis. Else empty. */
  open: string;
  /** Closes what is cut after this part. Else empty. */
  close: string;
}

/** Above about 2,000 characters some reports say that a message is cut (protocol notes, "Sending"). */
export const DEFAULT_MAX_CHARACTERS = 2000;
/** Above this the server answers -2 (protocol notes, "Sending"). */
export const MAX_TEXT_BYTES = 16_384;
/** A code point has up to two UTF-16 units and four UTF-8 bytes: with a lower limit it could not be sent at all. */
const LOWEST_LIMIT = 4;

/**
 * Cuts a text into the fewest messages that fit, at paragraphs, lines, sentences or words, and as even as that allows, and says which
 * stretch of the text each part is. The stretches follow each other and together are the text: what lies between two of them, before the first or after the last, is white space, which a cut leaves out. A text that
 * fits, also an empty one, is one part and unchanged.
 *
 * A cut never falls inside a grapheme, a link, emphasis, inline code or a line of code, except in one that is too long for a
 * message on its own. A code fence is closed at the end of a part and opened again, with its info string, at the start of the
 * next; so are emphasis and inline code. A table that goes on in the next part starts there with its header.
 *
 * In steps of a few milliseconds. A text of more than some 12 messages is planned piece by piece.
 *
 * @param limits a limit below 4 counts as 4, one above 16,384 bytes as 16,384
 */
export function* cutSteps(text: string, limits: Partial<TextLimits> = {}): Generator<void, TextPart[]> {
  const bounds = clamp(limits);
  const parts: TextPart[] = [];
  for (let start = 0, open = ''; ;) {
    const window = nextWindow(text, start, open, bounds);
    const cut = yield* cutWindow(window.text, bounds);
    const last = window.isLast ? undefined : cut.at(-1);
    const done = last === undefined || cut.length < 2 ? cut : cut.slice(0, -1);
    for (const part of done) parts.push(inText(part, start, open));
    if (window.isLast) return parts.length > 0 ? parts : [blank(text, bounds)];
    yield;
    if (last === undefined || cut.length < 2) [start, open] = [window.end, ''];
    else [start, open] = [inText(last, start, open).start, last.open];
  }
}

/** A part of a window as one of the text: the window may begin with what opens something again. */
function inText(part: TextPart, start: number, open: string): TextPart {
  const isFirst = open !== '' && part.start < open.length;
  const shift = start - open.length;
  return isFirst
    ? { ...part, open, start, end: part.end + shift }
    : { ...part, start: part.start + shift, end: part.end + shift };
}

function* cutWindow(text: string, bounds: TextLimits): Generator<void, TextPart[]> {
  const size = measure(text);
  if (text.length <= bounds.maxCharacters && size.bytes(0, text.length) <= bounds.maxBytes) {
    return [{ text, start: 0, end: text.length, open: '', close: '' }];
  }
  yield;
  const allFences = findFences(text);
  const fences = allFences.filter((fence) => canBeCut(fence, bounds));
  const tables = findTables(text, allFences).filter((table) => canGoOn(table, text, bounds));
  yield;
  const spans = yield* findSpans(text);
  const fits = fitsWithin(bounds, size);
  const found = yield* findCuts(text, { fences, tables });
  const maxWrap = maxWrapOf(bounds);
  const cuts = yield* addForcedCuts(text, { fences, spans, maxWrap }, markSpans(found, spans, maxWrap), fits);
  yield;
  return partsBetween(text, chooseCuts(cuts, fits, bounds.maxCharacters));
}

/** Of a text that is nothing but white space, too much for a message, as much as surely fits. */
function blank(text: string, { maxCharacters, maxBytes }: TextLimits): TextPart {
  const end = Math.min(maxCharacters, Math.floor(maxBytes / 3));
  return { text: text.slice(0, end), start: 0, end, open: '', close: '' };
}

function clamp({
  maxCharacters = DEFAULT_MAX_CHARACTERS,
  maxBytes = MAX_TEXT_BYTES,
}: Partial<TextLimits>): TextLimits {
  return {
    maxCharacters: Math.max(LOWEST_LIMIT, Math.floor(maxCharacters)),
    maxBytes: Math.min(MAX_TEXT_BYTES, Math.max(LOWEST_LIMIT, Math.floor(maxBytes))),
  };
}

function fitsWithin({ maxCharacters, maxBytes }: TextLimits, size: TextSize): Fits {
  return (from, to) => {
    const added = (from.wrap?.open ?? '') + (to.wrap?.close ?? '');
    const characters = to.end - from.next + added.length;
    if (characters > maxCharacters) return false;
    // No UTF-16 unit has more than three bytes.
    if (characters * 3 <= maxBytes) return true;
    return size.bytes(from.next, to.end) + Buffer.byteLength(added) <= maxBytes;
  };
}

/** Where fence lines would fill most of a message, the code is cut like any other text. */
function canBeCut({ open, close, to, end }: Fence, { maxCharacters, maxBytes }: TextLimits): boolean {
  const added = open + close;
  const closing = end - to + 1;
  const fit = (length: number, max: number): boolean =>
    length * 2 <= max && length + closing + LOWEST_LIMIT <= max;
  return fit(added.length, maxCharacters) && fit(Buffer.byteLength(added), maxBytes);
}

/** Whether the header of a table leaves room for each of its rows. */
function canGoOn(
  { open, from, end }: TableRegion,
  text: string,
  { maxCharacters, maxBytes }: TextLimits,
): boolean {
  const rows = text.slice(from, end).split('\n');
  const longest = Math.max(...rows.map((row) => row.length));
  const widest = Math.max(...rows.map((row) => Buffer.byteLength(row)));
  return open.length + longest <= maxCharacters && Buffer.byteLength(open) + widest <= maxBytes;
}

/** How much of a message the signs of emphasis around a cut may take. */
function maxWrapOf({ maxCharacters, maxBytes }: TextLimits): number {
  const least = Math.min(maxCharacters, maxBytes);
  return least < 32 ? 0 : least / 2;
}

function partsBetween(text: string, cuts: readonly Cut[]): TextPart[] {
  return cuts.slice(1).flatMap((to, index) => {
    const from = cuts[index];
    if (from === undefined) return [];
    const [start, end] = [from.next, to.end];
    const [open, close] = [from.wrap?.open ?? '', to.wrap?.close ?? ''];
    const sent = open + text.slice(start, end) + close;
    return sent.trim() === '' ? [] : [{ text: sent, start, end, open, close }];
  });
}
