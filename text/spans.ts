import { frameOf } from './frames';
import { parseBlocks, parseInline } from './parser';
import type { Token } from './tokens';
import type { Wrap } from './wrap';

/** Emphasis or inline code in a text: `start` before its first sign, `from` and `to` around its content, `end` behind its last. */
export interface Span {
  start: number;
  from: number;
  to: number;
  end: number;
  marker: string;
}

/** Signs in a row that are more than anybody means. */
const MAX_MARKER = 3;

/** Finds emphasis, strikethrough and inline code, in the order in which they begin. Offsets are those of the text. */
export function* findSpans(text: string): Generator<void, Span[]> {
  const spans: Span[] = [];
  if (!/[*_`]/.test(text)) return spans;
  const { lines, tokens } = parseBlocks(text);
  const starts = lineStarts(text);
  for (const token of tokens) {
    if (token.type !== 'inline' || !token.map || !/[*_`]/.test(token.content)) continue;
    parseInline(token);
    const inner = spansOf(token);
    if (inner.length === 0) continue;
    const place = placer(token, lines, starts);
    for (const { marker, ...offsets } of inner) {
      const [start, from, to, end] = [offsets.start, offsets.from, offsets.to, offsets.end].map(place);
      spans.push({ start: start ?? 0, from: from ?? 0, to: to ?? 0, end: end ?? 0, marker });
    }
    yield;
  }
  return spans.sort((a, b) => a.start - b.start);
}

/** The spans of a block, as offsets of its content. */
function spansOf(token: Token): Span[] {
  const spans: Span[] = [];
  const open: Token[] = [];
  for (const child of token.children ?? []) {
    if (child.type === 'code_inline' && child.markup.length <= MAX_MARKER) spans.push(codeSpan(child));
    if (/^(?:em|strong)_open$/.test(child.type)) open.push(child);
    if (!/^(?:em|strong)_close$/.test(child.type)) continue;
    const start = open.pop();
    if (start === undefined) continue;
    // Of two signs, the token stands at the inner one.
    const [from, to, length] = [(start.meta as number) + 1, child.meta as number, child.markup.length];
    spans.push({ start: from - length, from, to, end: to + length, marker: child.markup });
  }
  return spans;
}

function codeSpan({ markup, meta }: Token): Span {
  const [start, end] = meta as [number, number];
  return { start, from: start + markup.length, to: end - markup.length, end, marker: markup };
}

/** Finds for an offset of a block's content its place in the text: quote signs and indentation stand between the lines. */
function placer(
  { content, map }: Token,
  lines: readonly string[],
  starts: readonly number[],
): (offset: number) => number {
  const first = map?.[0] ?? 0;
  const rows: { from: number; at: number }[] = [];
  let from = 0;
  content.split('\n').forEach((line, row) => {
    const indentation = line.length - line.replace(/^[ \t]+/, '').length;
    const { before } = frameOf(lines[first + row] ?? '', line);
    rows.push({ from, at: (starts[first + row] ?? 0) + before.length - indentation });
    from += line.length + 1;
  });
  return (offset) => {
    const row = rows.findLast((candidate) => candidate.from <= offset) ?? { from: 0, at: 0 };
    return row.at + offset - row.from;
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n?|\n/g)) starts.push(index + end.length);
  return starts;
}

/** Answers, for offsets in their order, whether one lies inside of spans, and what has to stand around a cut there. */
export class SpanReader {
  private index = 0;
  private open: Span[] = [];

  /** @param maxWrap where more than this would have to be added at a cut, nothing is */
  constructor(
    private readonly spans: readonly Span[],
    private readonly maxWrap: number,
  ) {}

  /** @returns undefined outside of spans, `marker` between the signs of one, else what a cut needs */
  at(offset: number): Wrap | 'marker' | undefined {
    while ((this.spans[this.index]?.start ?? Infinity) < offset) {
      this.open.push(this.spans[this.index]!);
      this.index += 1;
    }
    this.open = this.open.filter(({ end }) => end > offset);
    const open = this.open.map(({ marker }) => marker).join('');
    if (open === '' || open.length * 2 > this.maxWrap) return undefined;
    if (this.open.some(({ from, to }) => offset <= from || offset >= to)) return 'marker';
    return {
      open,
      close: this.open
        .map(({ marker }) => marker)
        .reverse()
        .join(''),
    };
  }
}
