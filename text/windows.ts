import type { TextLimits } from './size';

/** A stretch of a text that is planned at once. */
export interface Window {
  /** What opens something again, and the stretch. */
  text: string;
  /** Offset in the whole text behind the stretch. */
  end: number;
  isLast: boolean;
}

/** A plan over so many characters takes a few milliseconds. Texts up to here get the fewest messages that are possible. */
const WINDOW = 24_000;
/** A window has room for several messages, or its last part would never be known to be one. */
const LEAST_PARTS = 3;

/** @param open what has to stand before the stretch, where the last cut was inside of something */
export function nextWindow(text: string, start: number, open: string, { maxCharacters }: TextLimits): Window {
  const length = Math.max(WINDOW, LEAST_PARTS * maxCharacters);
  const isLast = text.length - start <= length;
  const end = isLast ? text.length : endBefore(text, start, start + length);
  return { text: open + text.slice(start, end), end, isLast };
}

/** A blank line if there is one, else the end of a line, else any place that is not inside of a character. */
function endBefore(text: string, start: number, limit: number): number {
  for (const [sign, share] of [
    ['\n\n', 0.75],
    ['\n', 0.5],
    [' ', 0.5],
  ] as const) {
    const end = text.lastIndexOf(sign, limit);
    if (end > start + (limit - start) * share) return end;
  }
  return limit - ((text.codePointAt(limit - 1) ?? 0) > 0xffff ? 1 : 0);
}
