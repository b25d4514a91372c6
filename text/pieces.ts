import { findFences, lineEnd } from './fences';
import { findTables } from './table-regions';

/** A stretch of Markdown that is read at once. */
export interface MarkdownPiece {
  text: string;
  /** A code block that is longer than a piece: it is not read. */
  isFence: boolean;
  /** Whether the piece begins with the header of a table that the piece before it began. */
  hasHeaderAgain: boolean;
}

/** Reading so much Markdown takes some milliseconds. Whoever sends more sends dozens of messages. */
const PIECE = 4000;

/**
 * Divides Markdown at places that change nothing: between blocks. Inside of a longer block it divides at a line's end; a table
 * begins again with its header.
 *
 * @returns the pieces; with a line feed between any two, and without the repeated headers, they are the text
 */
export function* markdownPieces(text: string): Iterable<MarkdownPiece> {
  let header = '';
  for (let start = 0; ;) {
    const rest = header + text.slice(start, start + PIECE);
    const isLast = start + PIECE >= text.length;
    const { length, isFence, next } = isLast
      ? { length: rest.length, isFence: false, next: '' }
      : pieceOf(text, start, rest, header.length);
    const end = isLast ? text.length : start + length - header.length;
    const piece = isLast ? rest : header + text.slice(start, end);
    yield { text: piece, isFence, hasHeaderAgain: header !== '' };
    if (isLast || end >= text.length) return;
    start = end + 1;
    header = next;
  }
}

function pieceOf(
  text: string,
  start: number,
  rest: string,
  before: number,
): { length: number; isFence: boolean; next: string } {
  const fences = findFences(rest);
  const open = fences.at(-1);
  const isOpen = open !== undefined && open.end === rest.length;
  if (isOpen && open.start > PIECE / 8) return { length: open.start - 1, isFence: false, next: '' };
  if (isOpen)
    return { length: before + fenceEnd(text, start, open.close.trim()) - start, isFence: true, next: '' };
  const paragraph = lastBlockStart(rest);
  const table = findTables(rest, fences).find(({ start: from, end }) => from < paragraph && end > paragraph);
  if (paragraph > PIECE / 8 && table === undefined) return { length: paragraph, isFence: false, next: '' };
  const line = lastLineEnd(rest);
  const length = line > before ? line : before + lineEnd(text, start + rest.length - before) - start;
  const cut = findTables(rest, fences).find(({ from, end }) => from < length && end >= length - 1);
  return { length, isFence: false, next: cut?.open ?? '' };
}

/** Offset of a line feed, if possible of one before a line that is not indented: behind it, the line would be code. */
function lastLineEnd(text: string): number {
  for (let at = text.lastIndexOf('\n'); at > text.length / 2; at = text.lastIndexOf('\n', at - 1)) {
    if (/\S/.test(text[at + 1] ?? '')) return at;
  }
  return text.lastIndexOf('\n');
}

/** Offset of the line feed before the last block that begins at the left edge behind a blank line; -1 without one. */
function lastBlockStart(text: string): number {
  for (let at = text.lastIndexOf('\n\n'); at > 0; at = text.lastIndexOf('\n\n', at - 1)) {
    if (/\S/.test(text[at + 2] ?? '')) return at + 1;
  }
  return -1;
}

/** Offset of the end of the line that closes a fence, which is known to be open at the end of the first piece. */
function fenceEnd(text: string, start: number, marker: string): number {
  const sign = marker.replace(/[^`~]/g, '');
  for (let at = text.indexOf(sign, start + PIECE - sign.length); at >= 0; at = text.indexOf(sign, at + 1)) {
    const from = text.lastIndexOf('\n', at) + 1;
    const line = text.slice(from, lineEnd(text, at));
    if (/^[ \t>]*(?:`+|~+)[ \t\r]*$/.test(line)) return lineEnd(text, at);
  }
  return text.length;
}
