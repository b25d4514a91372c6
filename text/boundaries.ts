import { type Fence, lineEnd } from './fences';
import { graphemesOf } from './graphemes';
import { lineCuts } from './line-cuts';
import { type Span, SpanReader } from './spans';
import type { TableRegion } from './table-regions';
import type { Wrap } from './wrap';

/**
 * What a cut separates. `code` is a line end inside of a fence or a table; `inside` would tear a link, emphasis or a line of
 * code; `forced` is between graphemes, or between code points of one, and exists only where nothing else fits.
 */
export type CutKind = 'edge' | 'paragraph' | 'line' | 'sentence' | 'word' | 'code' | 'inside' | 'forced';

/** A place where a text may be cut: the part before ends at `end`, the part after begins at `next`. */
export interface Cut {
  end: number;
  next: number;
  kind: CutKind;
  /** What has to be closed before this cut and opened again after it. */
  wrap?: Wrap | undefined;
}

const MAX_INDENTATION = 64;

interface Line {
  text: string;
  start: number;
  role: 'blank' | 'text' | 'opening' | 'code' | 'closing' | 'row';
  wrap: Wrap | undefined;
}

/** What in a text must not be torn. */
export interface Regions {
  fences: readonly Fence[];
  tables: readonly TableRegion[];
}

/** Longer lines are looked at in pieces. */
const LINE_PIECE = 4000;

/**
 * All places where a text may be cut without tearing a grapheme, in order, from an edge at its start to one at its end.
 * White space at a cut belongs to no part: a run of spaces within a line, or the rest of a line with the blank lines
 * after it (but not the indentation of the next line); inside of a fence it is the line's end alone. Blank lines at the
 * start of the text and white space at its end belong to no part either.
 */
export function* findCuts(text: string, { fences, tables }: Regions): Generator<void, Cut[]> {
  const end = fences.at(-1)?.to === text.length ? text.length : visibleEnd(text);
  const cuts: Cut[] = [{ end: 0, next: visibleStart(text), kind: 'edge' }];
  let before: Line | undefined;
  let blankLines = 0;
  for (const line of linesOf(text, end, fences, tables)) {
    if (line.role === 'blank') {
      blankLines += 1;
      continue;
    }
    if (before !== undefined) pushAll(cuts, betweenLines(before, line, blankLines));
    for (const piece of piecesOf(line)) {
      pushAll(cuts, withinLine(piece));
      yield;
    }
    before = line;
    blankLines = 0;
  }
  cuts.push({ end, next: text.length, kind: 'edge' });
  return cuts;
}

function* linesOf(
  text: string,
  end: number,
  fences: readonly Fence[],
  tables: readonly TableRegion[],
): Iterable<Line> {
  let [fence, table] = [0, 0];
  for (let start = 0; start < end;) {
    const stop = lineEnd(text, start);
    while (fence < fences.length && (fences[fence]?.to ?? 0) < start) fence += 1;
    while (table < tables.length && (tables[table]?.end ?? 0) <= start) table += 1;
    const line = text.slice(start, Math.min(stop, end));
    const role = roleOf(line, start, stop, fences[fence]);
    const rows = tables[table];
    if (role === 'text' && rows !== undefined && start >= rows.start) {
      // Header, delimiter row and first row stay together.
      yield { text: line, start, role: start > rows.from ? 'row' : 'opening', wrap: rows };
    } else yield { text: line, start, role, wrap: role === 'code' ? fences[fence] : undefined };
    start = stop + 1;
  }
}

/** A long line in pieces, so that none takes long. They meet where no grapheme, link or word is likely to be torn. */
function* piecesOf(line: Line): Iterable<Line> {
  let start = 0;
  while (line.text.length - start > LINE_PIECE) {
    const piece = line.text.slice(start, start + LINE_PIECE);
    const length = jointOf(piece);
    if (length === 0) break;
    yield { ...line, text: piece.slice(0, length), start: line.start + start };
    start += length;
  }
  yield { ...line, text: line.text.slice(start), start: line.start + start };
}

function jointOf(piece: string): number {
  const space = piece.lastIndexOf(' ');
  if (space > LINE_PIECE / 2) return space + 1;
  const chinese = /[\u4e00-\u9fff](?=[\u4e00-\u9fff][^\u4e00-\u9fff]{0,500}$)/u.exec(piece);
  return chinese === null ? 0 : chinese.index + 1;
}

function roleOf(line: string, start: number, stop: number, fence: Fence | undefined): Line['role'] {
  if (fence !== undefined && start === fence.to) return 'closing';
  if (fence !== undefined && start >= fence.from) return 'code';
  if (fence !== undefined && stop + 1 >= fence.from) return 'opening';
  return line.trim() === '' ? 'blank' : 'text';
}

function betweenLines(before: Line, line: Line, blankLines: number): Cut[] {
  if (line.role === 'closing' || staysTogether(before, line)) return [];
  if (line.role === 'code') {
    const end = before.start + before.text.length - (before.text.endsWith('\r') ? 1 : 0);
    return [{ end, next: line.start, kind: 'code', wrap: line.wrap }];
  }
  const end = before.start + visibleLength(before.text);
  if (line.role === 'row') return [{ end, next: line.start, kind: 'code', wrap: line.wrap }];
  const next = line.start + skipIndentation(line.text);
  if (isHeading(before.text) || (blankLines === 0 && isNested(line.text)))
    return [{ end, next, kind: 'word' }];
  return [{ end, next, kind: blankLines > 0 ? 'paragraph' : 'line' }];
}

/** What opens a fence stays with the code, and the header of a table with its first row. */
function staysTogether(before: Line, line: Line): boolean {
  if (before.role !== 'opening') return false;
  return before.wrap === undefined || (line.role === 'opening' && line.wrap === before.wrap);
}

/** What is below an item of a list should not begin a part, if it can be helped. */
const isNested = (line: string): boolean => /^\s+(?:[-*+•]|\d{1,9}[.)])\s/.test(line);

function withinLine({ text, start, role, wrap }: Line): Cut[] {
  if (role === 'opening' || role === 'closing' || role === 'row') return [];
  return lineCuts(text).map(({ end, next, kind }) =>
    // Code keeps every space: nothing is left out at a cut within one of its lines.
    wrap === undefined
      ? { end: start + end, next: start + next, kind }
      : { end: start + next, next: start + next, kind: 'inside', wrap },
  );
}

/** Marks the cuts that would tear emphasis or inline code, and leaves out those between its signs. */
export function markSpans(cuts: readonly Cut[], spans: readonly Span[], maxWrap: number): Cut[] {
  if (spans.length === 0) return [...cuts];
  const reader = new SpanReader(spans, maxWrap);
  return cuts.flatMap((cut): Cut[] => {
    const wrap = cut.wrap === undefined && cut.kind !== 'edge' ? reader.at(cut.end) : undefined;
    if (wrap === undefined) return [cut];
    return wrap === 'marker' ? [] : [{ ...cut, kind: 'inside', wrap }];
  });
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
