/** Made with the first text that needs it: loading this package must not wait for it. */
let segmenter: Intl.Segmenter | undefined;

const PIECE = 1000;

/** Printable ASCII, Chinese characters and full-width punctuation: between two of these a boundary is certain. */
function isSimple(unit: number): boolean {
  if (unit >= 0x20 && unit <= 0x7e) return true;
  return (unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x3001 && unit <= 0x3020) || unit === 0xff0c;
}

/** Offsets of the grapheme boundaries inside `text.slice(from, to)`, ends excluded. `from` must be a boundary itself. */
export function graphemeBoundaries(text: string, from: number, to: number): number[] {
  // A segmenter takes 30 ms for what a message of nothing but ASCII needs no segmenter for.
  if (/^[\x20-\x7e]*$/.test(text.slice(from, to))) {
    return Array.from({ length: Math.max(0, to - from - 1) }, (_, index) => from + index + 1);
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmentBoundaries(segmenter, text, from, to);
}

/**
 * Offsets at which a segmenter divides `text.slice(from, to)`, ends excluded. It is given the text in pieces: in the V8
 * of Node.js 20 its time grows with the square of what it is given.
 */
export function segmentBoundaries(
  segmenter: Intl.Segmenter,
  text: string,
  from: number,
  to: number,
): number[] {
  const boundaries: number[] = [];
  let length = PIECE;
  for (let start = from; start < to;) {
    const end = start + length >= to ? to : start + length - (isPair(text, start + length) ? 1 : 0);
    let last = start;
    for (const { index } of segmenter.segment(text.slice(start, end))) {
      last = start + index;
      if (last > from && last !== boundaries.at(-1)) boundaries.push(last);
    }
    // The last segment of a piece may go on behind it, so the next piece starts with it.
    if (end === to) break;
    length = last > start ? PIECE : length * 2;
    start = last;
  }
  return boundaries;
}

/** Whether an offset lies between the halves of a surrogate pair. */
function isPair(text: string, offset: number): boolean {
  return (text.codePointAt(offset - 1) ?? 0) > 0xffff;
}

/** Offsets between the code points inside `text.slice(from, to)`, ends excluded. */
export function codePointBoundaries(text: string, from: number, to: number): number[] {
  const boundaries: number[] = [];
  let offset = from;
  for (const point of text.slice(from, to)) {
    if (offset > from) boundaries.push(offset);
    offset += point.length;
  }
  return boundaries;
}

/**
 * Answers for the offsets of one line whether a cut there leaves every grapheme whole. The line is segmented once, and
 * only when a question needs it: controls, and so the line's own ends, are boundaries always.
 */
export function graphemesOf(line: string): (offset: number) => boolean {
  let boundaries: Set<number> | undefined;
  return (offset) => {
    if (offset <= 0 || offset >= line.length) return true;
    if (line.charCodeAt(offset) < 0x20) return true;
    if (isSimple(line.charCodeAt(offset - 1)) && isSimple(line.charCodeAt(offset))) return true;
    boundaries ??= new Set(graphemeBoundaries(line, 0, line.length));
    return boundaries.has(offset);
  };
}
