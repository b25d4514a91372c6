import { type Fence, lineEnd } from './fences';
import { outerPrefix } from './frames';
import type { Wrap } from './wrap';

/** The rows of one table of a text, and what has to stand before them where they go on in another part. */
export interface TableRegion extends Wrap {
  /** Offset of the header. */
  start: number;
  /** Offset of the first row. */
  from: number;
  /** Offset behind the last row. */
  end: number;
}

const DELIMITER = /^[\s>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const LIST_MARKER = /^[\s>]*(?:[-*+]|\d{1,9}[.)])[ \t]+/;

/** Finds the tables of a text (GFM) in their order. */
export function findTables(text: string, fences: readonly Fence[]): TableRegion[] {
  const tables: TableRegion[] = [];
  let fence = 0;
  let header: { start: number; line: string } | undefined;
  for (let start = 0; start < text.length;) {
    const end = lineEnd(text, start);
    const line = text.slice(start, end);
    while ((fences[fence]?.end ?? Infinity) < start) fence += 1;
    const isCode = (fences[fence]?.start ?? Infinity) <= start;
    const table = header === undefined || isCode ? undefined : tableAt(text, header, line, end);
    if (table !== undefined && table.end > table.from) tables.push(table);
    header = isCode || table !== undefined || !line.includes('|') ? undefined : { start, line };
    start = Math.max(end, table?.end ?? 0) + 1;
  }
  return tables;
}

function tableAt(
  text: string,
  header: { start: number; line: string },
  delimiter: string,
  end: number,
): TableRegion | undefined {
  if (!DELIMITER.test(delimiter) || cells(header.line) !== cells(delimiter)) return undefined;
  const [marker = ''] = LIST_MARKER.exec(header.line) ?? [];
  const open = `${outerPrefix(marker)}${header.line.slice(marker.length)}\n${delimiter}\n`;
  const from = Math.min(end + 1, text.length);
  return { start: header.start, from, end: rowsEnd(text, from), open: open.replaceAll('\r', ''), close: '' };
}

function rowsEnd(text: string, from: number): number {
  let last = from;
  for (let start = from; start < text.length;) {
    const end = lineEnd(text, start);
    if (!text.slice(start, end).includes('|')) break;
    last = end;
    start = end + 1;
  }
  return last;
}

function cells(line: string): number {
  const bars = line
    .replace(LIST_MARKER, '')
    .replace(/^[\s>]+|\s+$/g, '')
    .replace(/^\||(?<!\\)\|$/g, '');
  return bars.split(/(?<!\\)\|/).length;
}
