import { renderBlocks } from './blocks';
import { hasComments } from './comments';
import { evidenceSteps } from './evidence';
import { withoutStyles } from './hidden';
import { htmlText, isHtmlDocument } from './html-document';
import type { InlineStyle } from './inline';
import { type MarkdownDocument, parseBlocks, parseInline } from './parser';
import { type MarkdownPiece, markdownPieces } from './pieces';

const WECHAT: InlineStyle = { markup: true, bold: true };
const PLAIN: InlineStyle = { markup: false, bold: false };
/** Characters that are read between two rests. */
const CHARACTERS_PER_STEP = 2000;

/** One line of words, as most messages are: no sign in it means anything in Markdown or HTML, so that nobody need look. */
const BARE_LINE = /^[\p{L}\p{N}](?:[\p{L}\p{N} ，。！？、,!?]{0,2000}[\p{L}\p{N}，。！？、,!?])?$/u;

/** The same for several lines that begin with a letter, and for the signs that mean something only beside others that are not here. */
const BARE_LINES =
  /^\p{L}[\p{L}\p{N} .,:;!?'"()%/，。！？、：；（）“”‘’…-]{0,2000}(?:\n{1,2}\p{L}[\p{L}\p{N} .,:;!?'"()%/，。！？、：；（）“”‘’…-]{0,2000}){0,200}$/u;
const SPACE_AT_END = / (?:\n|$)/;

/**
 * Turns Markdown into what phones show well. They render code, bold, headings 1-4, rules, narrow tables, and italics
 * around text that is not Chinese (protocol notes, "Sending"); this stays as it is, and so do lists, quotes,
 * strikethrough, footnotes and link definitions, which are readable. The rest becomes text: `text (address)` for links
 * and images, bold lines for headings 5 and 6, lists of `header: value` for wide tables, ☐ and ☑ for task lists, and what
 * HTML says without its tags.
 *
 * What is not certain to be markup is content and stays: backslashes, as in Tencent's own client; words in angle brackets
 * that nothing proves to be HTML; signs of multiplication; brackets of code; comments and backticks of a shell or
 * of SQL. Text without markup comes back unchanged (line
 * ends become line feeds). Never throws.
 *
 * As plain text the result has no markup at all; lists keep their markers, code its lines, links their address. In steps of a few
 * milliseconds.
 */
export function* formatSteps(markdown: string, format: 'weChat' | 'plain'): Generator<void, string> {
  if (BARE_LINE.test(markdown) || isBare(markdown)) return markdown;
  const text = markdown.replace(/\r\n?/g, '\n');
  if (yield* isHtmlDocument(text)) return yield* htmlText(text);
  const style = format === 'weChat' ? WECHAT : PLAIN;
  const pieces: ReadPiece[] = [];
  for (const piece of markdownPieces(withoutStyles(text))) {
    pieces.push({ ...piece, document: piece.isFence ? undefined : yield* read(piece.text) });
  }
  const evidence = yield* evidenceSteps(pieces.flatMap(({ document }) => document?.tokens ?? []));
  const comments = pieces.some(({ document }) => document && hasComments(document));
  const rendered: string[] = [];
  for (const piece of pieces) {
    yield;
    if (piece.document === undefined) rendered.push(longFence(piece.text, style));
    else
      rendered.push(
        afterHeader(yield* renderBlocks(piece.document, { ...style, evidence, comments }), piece),
      );
  }
  return rendered.join('\n');
}

function isBare(text: string): boolean {
  return text.length <= CHARACTERS_PER_STEP && BARE_LINES.test(text) && !SPACE_AT_END.test(text);
}

interface ReadPiece extends MarkdownPiece {
  document: MarkdownDocument | undefined;
}

function* read(text: string): Generator<void, MarkdownDocument> {
  const document = parseBlocks(text);
  yield;
  let read = 0;
  for (const token of document.tokens) {
    parseInline(token);
    read += token.content.length;
    if (read < CHARACTERS_PER_STEP) continue;
    yield;
    read = 0;
  }
  return document;
}

function longFence(text: string, { markup }: InlineStyle): string {
  if (markup) return text;
  return text.slice(text.indexOf('\n') + 1).replace(/\n[ \t>]*(?:`{3,}|~{3,})[ \t]*$/, '');
}

/** A table that was read in pieces has one header. Where it became a list, it has none. */
function afterHeader(rendered: string, { hasHeaderAgain }: MarkdownPiece): string {
  const [header = '', delimiter = ''] = rendered.slice(0, 2000).split('\n', 2);
  const isThere = hasHeaderAgain && /^[\s>|:-]*-[\s|:-]*$/.test(delimiter);
  return isThere ? rendered.slice(header.length + delimiter.length + 2) : rendered;
}
