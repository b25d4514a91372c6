/** How long one message may be. */
export interface TextLimits {
  /** UTF-16 code units, so that an emoji counts as two or more. */
  maxCharacters: number;
  /** Bytes in UTF-8. */
  maxBytes: number;
}

/** Sizes of any stretch of one text, each answered in constant time. */
export interface TextSize {
  /** UTF-8 bytes of `text.slice(from, to)`, where neither end lies inside a surrogate pair. */
  bytes(from: number, to: number): number;
}

/** Measures a text once, so that a plan can ask for the size of many stretches of it. */
export function measure(text: string): TextSize {
  const before = new Uint32Array(text.length + 1);
  for (let index = 0; index < text.length; index += 1) {
    before[index + 1] = (before[index] ?? 0) + utf8Length(text, index);
  }
  return { bytes: (from, to) => (before[to] ?? 0) - (before[from] ?? 0) };
}

/** A pair counts at its first half. A lone surrogate goes out as U+FFFD, which has three bytes. */
function utf8Length(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  if (isHigh(unit) && isLow(text.charCodeAt(index + 1))) return 4;
  if (isLow(unit) && isHigh(text.charCodeAt(index - 1))) return 0;
  return 3;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
