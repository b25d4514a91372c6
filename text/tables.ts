import { outerPrefix, prefix } from './frames';
import { type InlineStyle, renderInlineOnOneLine } from './inline';
import { CJK, type MarkdownDocument, type Token } from './parser';

/** What fits next to each other in a bubble on a phone, in columns of half a Chinese character. Wider tables are clipped. */
export const MAX_TABLE_WIDTH = 36;

interface Row {
  line: number;
  tokens: Token[];
  cells: string[];
  /** Cells beyond the last column, which Markdown would not show. */
  extra: string[];
}

/**
 * Renders a table: a narrow one stays a table, in a wide one each row becomes a list of `header: value`.
 *
 * @param tokens from `table_open` to `table_close`
 * @returns the lines that take the table's place
 */
export function renderTable(
  document: MarkdownDocument,
  tokens: readonly Token[],
  style: InlineStyle,
): string[] {
  const [start, end] = tokens[0]?.map ?? [0, 0];
  const rows = rowsOf(document, tokens, style);
  if (!style.markup || width(rows) > MAX_TABLE_WIDTH) {
    const before = (document.lines[start] ?? '').slice(0, document.columns.get(start));
    const item = (line: string, index: number): string =>
      prefix(index === 0 ? before : outerPrefix(before), style) + line;
    return asList(rows).map(item);
  }
  const byLine = new Map(rows.map((row) => [row.line, row]));
  return document.lines.slice(start, end).map((line, index) => {
    const row = byLine.get(start + index);
    return row === undefined
      ? line
      : rowLine(line, row, index === 0 ? document.columns.get(start) : undefined);
  });
}

function rowsOf({ lines }: MarkdownDocument, tokens: readonly Token[], style: InlineStyle): Row[] {
  const rows: Row[] = [];
  for (const token of tokens) {
    if (token.type === 'tr_open') rows.push({ line: token.map?.[0] ?? 0, tokens: [], cells: [], extra: [] });
    if (token.type !== 'inline') continue;
    rows.at(-1)?.tokens.push(token);
    rows.at(-1)?.cells.push(renderInlineOnOneLine(token, style));
  }
  for (const row of rows.slice(1)) row.extra = splitRow(lines[row.line] ?? '').slice(row.cells.length);
  return rows;
}

/** Splits a row at the bars that no backslash precedes, as markdown-it does, which drops what is beyond the last column. */
function splitRow(line: string): string[] {
  const row = line.replace(/^[\s>]+/, '').trimEnd();
  const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
  if (cells[0] === '') cells.shift();
  if (cells.at(-1) === '') cells.pop();
  return cells;
}

function asList(rows: readonly Row[]): string[] {
  const [header, ...body] = rows;
  if (header === undefined) return [];
  if (body.length === 0) return [`- ${header.cells.join(', ')}`];
  return body.flatMap(({ cells, extra }) =>
    [...cells.map((cell, index) => labelled(header.cells[index] ?? '', cell)), ...extra].map((item, index) =>
      index === 0 ? `- ${item}` : `  - ${item}`,
    ),
  );
}

function labelled(header: string, value: string): string {
  if (header === '') return value;
  return value === '' ? `${header}:` : `${header}: ${value}`;
}

/** The row as it is in the source, unless a cell has changed. */
function rowLine(line: string, { tokens, cells, extra }: Row, column: number | undefined): string {
  if (cells.every((cell, index) => cell === tokens[index]?.content)) return line;
  const prefix = column === undefined ? (/^[\s>]*/.exec(line)?.[0] ?? '') : line.slice(0, column);
  return `${prefix}| ${[...cells.map(escapeBars), ...extra].join(' | ')} |`;
}

const escapeBars = (cell: string): string => cell.replaceAll('|', '\\|');

function width(rows: readonly Row[]): number {
  const columns = rows[0]?.cells.map((_, index) =>
    Math.max(...rows.map(({ cells }) => displayWidth(cells[index] ?? ''))),
  );
  return (columns ?? []).reduce((sum, column) => sum + column + ' | '.length, 0);
}

function displayWidth(text: string): number {
  let total = 0;
  for (const character of text) total += character.length > 1 || CJK.test(character) ? 2 : 1;
  return total;
}
