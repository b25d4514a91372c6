import { type Cut, findCuts } from './boundaries';
import { type Fence, findFences } from './fences';
import { addForcedCuts } from './forced-cuts';
import { chooseCuts, type Fits } from './plan';
import { measure, type TextLimits, type TextSize } from './size';

export type { TextLimits } from './size';

/** One part of a text: `text === open + source.slice(start, end) + close`. */
export interface TextPart {
  /** What is sent. */
  text: string;
  start: number;
  end: number;
  /** Opens a code fence again that was cut before this part, else empty. */
  open: string;
  /** Closes a code fence that is cut after this part, else empty. */
  close: string;
}

/** Above about 2,000 characters some reports say that a message is cut (protocol notes, "Sending"). */
export const DEFAULT_MAX_CHARACTERS = 2000;
/** Above this the server answers -2 (protocol notes, "Sending"). */
export const MAX_TEXT_BYTES = 16_384;
/** A code point has up to two UTF-16 units and four UTF-8 bytes: with a lower limit it could not be sent at all. */
const LOWEST_LIMIT = 4;

/**
 * Cuts a text into the fewest messages that fit, at paragraphs, lines, sentences or words, and as even as that allows.
 * See {@link cutText}.
 */
export function splitText(text: string, limits: Partial<TextLimits> = {}): string[] {
  return cutText(text, limits).map((part) => part.text);
}

/**
 * Like {@link splitText}, and says which stretch of the text each part is. The stretches follow each other and together
 * are the text: what lies between two of them, before the first or after the last, is white space, which a cut leaves out. A text that
 * fits, also an empty one, is one part and unchanged.
 *
 * A cut never falls inside a grapheme, a link or a line of code, except in one that is too long for a message on its own.
 * A code fence is closed at the end of a part and opened again, with its info string, at the start of the next.
 *
 * @param limits a limit below 4 counts as 4, one above 16,384 bytes as 16,384
 */
export function cutText(text: string, limits: Partial<TextLimits> = {}): TextPart[] {
  const bounds = clamp(limits);
  const size = measure(text);
  if (text.length <= bounds.maxCharacters && size.bytes(0, text.length) <= bounds.maxBytes) {
    return [{ text, start: 0, end: text.length, open: '', close: '' }];
  }
  const fences = findFences(text).filter((fence) => canBeCut(fence, bounds));
  const fits = fitsWithin(bounds, size);
  const cuts = addForcedCuts(text, fences, findCuts(text, fences), fits);
  const parts = partsBetween(text, chooseCuts(cuts, fits, bounds.maxCharacters));
  return parts.length > 0 ? parts : [blank(text, bounds)];
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
    const added = (from.fence?.open ?? '') + (to.fence?.close ?? '');
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

function partsBetween(text: string, cuts: readonly Cut[]): TextPart[] {
  return cuts.slice(1).flatMap((to, index) => {
    const from = cuts[index];
    if (from === undefined) return [];
    const [start, end] = [from.next, to.end];
    const [open, close] = [from.fence?.open ?? '', to.fence?.close ?? ''];
    const sent = open + text.slice(start, end) + close;
    return sent.trim() === '' ? [] : [{ text: sent, start, end, open, close }];
  });
}
