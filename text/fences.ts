/** The code of one fenced block: where it lies in the text, and what has to stand around each piece of it. */
export interface Fence {
  /** Offset of the opening line. */
  start: number;
  /** Offset of the first character after the opening line. */
  from: number;
  /** Offset of the closing line, or the end of the text when nothing closes the fence. */
  to: number;
  /** Offset of the end of the closing line. */
  end: number;
  /** What opens the code again at the start of a part: indentation, backticks, info string, line feed. */
  open: string;
  /** What closes the code at the end of a part: line feed, indentation, backticks. */
  close: string;
}

/** A list marker or a quote's `>` may stand before the backticks. No alternative can match what another can: it is linear. */
const OPENING = /^((?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*)(`{3,}|~{3,})(.*)$/;
const CLOSING = /^[ \t>]*(`{3,}|~{3,})[ \t]*$/;

/** Finds the fenced code blocks of a text (CommonMark 4.5) in their order. */
export function findFences(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: (Fence & { marker: string }) | undefined;
  for (let start = 0; start <= text.length;) {
    const end = lineEnd(text, start);
    const line = text.slice(start, end);
    if (open === undefined) {
      open = opened(line, start, text.length);
      if (open !== undefined) fences.push(open);
    } else if (closes(line, open.marker)) {
      open.to = start;
      open.end = end;
      open = undefined;
    }
    start = end + 1;
  }
  return fences;
}

/** Offset of the line feed that ends the line at `start`, or the end of the text. */
export function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

function opened(line: string, start: number, to: number): (Fence & { marker: string }) | undefined {
  const match = OPENING.exec(line);
  if (match === null) return undefined;
  const [, before = '', marker = '', info = ''] = match;
  if (marker.startsWith('`') && info.includes('`')) return undefined;
  // A list marker must not begin a second item when the code goes on in the next part.
  const indent = before.replace(/[^\s>]/g, ' ');
  const from = Math.min(start + line.length + 1, to);
  return {
    start,
    from,
    to,
    end: to,
    open: `${indent}${marker}${info}\n`,
    close: `\n${indent}${marker}`,
    marker,
  };
}

function closes(line: string, marker: string): boolean {
  const found = CLOSING.exec(line)?.[1];
  return found !== undefined && found[0] === marker[0] && found.length >= marker.length;
}
