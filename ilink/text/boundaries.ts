import { type Fence, lineEnd } from './fences';
import { graphemesOf } from './graphemes';
import { lineCuts } from './line-cuts';

/**
 * What a cut separates. `code` is a line end inside of a fence; `inside` would tear a link or a line of code; `forced` is
 * between graphemes, or between code points of one, and exists only where nothing else fits.
 */
export type CutKind = 'edge' | 'paragraph' | 'line' | 'sentence' | 'word' | 'code' | 'inside' | 'forced';

/** A place where a text may be cut: the part before ends at `end`, the part after begins at `next`. */
export interface Cut {
  end: number;
  next: number;
  kind: CutKind;
  /** The fence that has to be closed before this cut and opened again after it. */
  fence?: Fence | undefined;
}

const MAX_INDENTATION = 64;

interface Line {
  text: string;
  start: number;
  role: 'blank' | 'text' | 'opening' | 'code' | 'closing';
  fence: Fence | undefined;
}

/**
 * All places where a text may be cut without tearing a grapheme, in order, from an edge at its start to one at its end.
 * White space at a cut belongs to no part: a run of spaces within a line, or the rest of a line with the blank lines
 * after it (but not the indentation of the next line); inside of a fence it is the line's end alone. Blank lines at the
 * start of the text and white space at its end belong to no part either.
 */
export function findCuts(text: string, fences: readonly Fence[]): Cut[] {
  const end = fences.at(-1)?.to === text.length ? text.length : visibleEnd(text);
  const cuts: Cut[] = [{ end: 0, next: visibleStart(text), kind: 'edge' }];
  let before: Line | undefined;
  let blankLines = 0;
  for (const line of linesOf(text, end, fences)) {
    if (line.role === 'blank') {
      blankLines += 1;
      continue;
    }
    if (before !== undefined) pushAll(cuts, betweenLines(before, line, blankLines));
    pushAll(cuts, withinLine(line));
    before = line;
    blankLines = 0;
  }
  cuts.push({ end, next: text.length, kind: 'edge' });
  return cuts;
}

function* linesOf(text: string, end: number, fences: readonly Fence[]): Iterable<Line> {
  let index = 0;
  for (let start = 0; start < end;) {
    const stop = lineEnd(text, start);
    while (index < fences.length && (fences[index]?.to ?? 0) < start) index += 1;
    const line = text.slice(start, Math.min(stop, end));
    const role = roleOf(line, start, stop, fences[index]);
    yield { text: line, start, role, fence: role === 'code' ? fences[index] : undefined };
    start = stop + 1;
  }
}

function roleOf(line: string, start: number, stop: number, fence: Fence | undefined): Line['role'] {
  if (fence !== undefined && start === fence.to) return 'closing';
  if (fence !== undefined && start >= fence.from) return 'code';
  if (fence !== undefined && stop + 1 >= fence.from) return 'opening';
  return line.trim() === '' ? 'blank' : 'text';
}

function betweenLines(before: Line, line: Line, blankLines: number): Cut[] {
  if (before.role === 'opening' || line.role === 'closing') return [];
  if (line.role === 'code') {
    const end = before.start + before.text.length - (before.text.endsWith('\r') ? 1 : 0);
    return [{ end, next: line.start, kind: 'code', fence: line.fence }];
  }
  const end = before.start + visibleLength(before.text);
  const next = line.start + skipIndentation(line.text);
  if (isHeading(before.text)) return [{ end, next, kind: 'word' }];
  return [{ end, next, kind: blankLines > 0 ? 'paragraph' : 'line' }];
}

function withinLine({ text, start, role, fence }: Line): Cut[] {
  if (role === 'opening' || role === 'closing') return [];
  return lineCuts(text).map(({ end, next, kind }) =>
    // Code keeps every space: nothing is left out at a cut within one of its lines.
    fence === undefined
      ? { end: start + end, next: start + next, kind }
      : { end: start + next, next: start + next, kind: 'inside', fence },
  );
}

/** A heading should not be the last line of a part. */
const isHeading = (line: string): boolean => /^#{1,6}\s/.test(line);

/** Indentation stays, but not so much of it that a message could consist of nothing else. */
function skipIndentation(line: string): number {
  const indentation = line.length - line.trimStart().length;
  return indentation > MAX_INDENTATION ? indentation : 0;
}

function visibleStart(text: string): number {
  const start = lastLineStart(text, text.length - text.trimStart().length);
  return start + skipIndentation(text.slice(start, lineEnd(text, start)));
}

function visibleEnd(text: string): number {
  const end = text.trimEnd().length;
  const start = lastLineStart(text, end);
  return start + visibleLength(text.slice(start, lineEnd(text, end)));
}

/** Offset at which the line begins that has `offset` in it or at its end. */
function lastLineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function visibleLength(line: string): number {
  const length = line.trimEnd().length;
  return graphemesOf(line)(length) ? length : line.length;
}

function pushAll(cuts: Cut[], more: readonly Cut[]): void {
  for (const cut of more) cuts.push(cut);
}
