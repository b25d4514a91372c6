import type MarkdownIt from 'markdown-it';

import { chatInlineState } from './delimiters';
import { destination, image, link } from './links';
import { markdownIt } from './markdown-it';
import type { InlineRule, InlineState, Token } from './tokens';

export { CJK } from './delimiters';
export type { Token } from './tokens';

type BlockState = InstanceType<MarkdownIt['block']['State']>;

/** A parsed text: its lines, markdown-it's tokens (`map` counts these lines), and what the tokens do not say. */
export interface MarkdownDocument {
  lines: string[];
  tokens: Token[];
  /** For lines on which a block starts: the column where its content starts, after list markers and quote signs. */
  columns: Map<number, number>;
}

const NEWLINE = /\r\n?|\n/;
/** What an address may consist of. The characters of emphasis, links and HTML end it. */
const ADDRESS = /:\/\/[\w\-.~:/?#@!$&'+,;=%()]+/y;
const AFTER_ADDRESS = "_~.,;:!?')";
/** Longer than any paragraph that somebody wrote. It stays as it is, so that no block takes long to read. */
const MAX_INLINE = 16_384;

let made: MarkdownIt | undefined;
const parser = (): MarkdownIt => (made ??= createParser());

/** Parses Markdown without losing a character: what no token covers is in `lines`. Never throws. */
export function parseMarkdown(text: string): MarkdownDocument {
  const document = parseBlocks(text);
  for (const token of document.tokens) parseInline(token);
  return document;
}

/** The first half of {@link parseMarkdown}: the inside of the blocks has yet to be read, with {@link parseInline}. */
export function parseBlocks(text: string): MarkdownDocument {
  const lines = text.split(NEWLINE);
  const columns = new Map<number, number>();
  return { lines, columns, tokens: parser().parse(lines.join('\n'), { columns }) };
}

/** Reads the inside of a block. Does nothing with a token that has none. */
export function parseInline(token: Token): void {
  if (token.type !== 'inline') return;
  token.children = [];
  if (token.content.length <= MAX_INLINE) parser().inline.parse(token.content, parser(), {}, token.children);
  else verbatim(token);
}

function verbatim(token: Token): void {
  const state = new (parser().inline.State)(token.content, parser(), {}, token.children ?? []);
  while (state.pos < state.posMax) {
    if (lineBreak(state, false)) continue;
    const end = token.content.indexOf('\n', state.pos);
    const to = end < 0 ? state.posMax : end;
    const isHard = to > state.pos && end > 0 && token.content[to - 1] === '\\';
    state.pending += token.content.slice(state.pos, isHard ? to - 1 : to);
    state.pos = isHard ? to - 1 : to;
  }
  if (state.pending) state.pushPending();
}

/**
 * CommonMark with tables and strikethrough, changed where a chat needs it: addresses are taken as they are, lines keep
 * their white space, entities, escapes and code keep their source, emphasis works next to Chinese punctuation, and what only
 * looks like a link or like emphasis is none.
 *
 * Left out are rules for what reads well as it is: link definitions (which would vanish), underlined headings (in a chat,
 * `---` below a line is a rule), blocks of HTML (whose tags are found one by one instead), and addresses in angle brackets.
 */
function createParser(): MarkdownIt {
  const parser = new (markdownIt())({ html: true });
  const left = ['reference', 'lheading', 'html_block', 'normalize', 'text_join', 'inline', 'autolink'];
  parser.disable(left);
  parser.normalizeLink = (url) => url;
  parser.normalizeLinkText = (url) => url;
  parser.validateLink = () => true;
  parser.helpers.parseLinkDestination = destination(parser.helpers.parseLinkDestination);
  parser.inline.State = chatInlineState(parser.inline.State);
  parser.inline.ruler.before('newline', 'address', address);
  parser.inline.ruler.at('newline', lineBreak);
  for (const name of ['backticks', 'escape', 'html_inline', 'emphasis']) change(parser, name, withOffsets);
  change(parser, 'link', link);
  change(parser, 'image', image);
  parser.block.ruler.before('table', 'column', rememberColumn);
  return parser;
}

function change(parser: MarkdownIt, name: string, changed: (rule: InlineRule) => InlineRule): void {
  const { ruler } = parser.inline;
  const rules = ruler as unknown as { __find__(name: string): number; __rules__: { fn: InlineRule }[] };
  const rule = rules.__rules__[rules.__find__(name)]?.fn;
  if (rule !== undefined) ruler.at(name, changed(rule));
}

/** Remembers where in the source a token stands: code and tags as `[from, to]`, each sign of emphasis as its offset. */
function withOffsets(rule: InlineRule): InlineRule {
  return (state, silent) => {
    const [from, count] = [state.pos, state.tokens.length];
    if (!rule(state, silent)) return false;
    const added = state.tokens.slice(count);
    const length = state.pos - from;
    for (const token of added)
      if (/^(?:code|html|text_special)/.test(token.type)) token.meta = [from, state.pos];
    if (!/[*_]/.test(state.src.charAt(from))) return true;
    added.slice(-length).forEach((token, index) => (token.meta = from + index));
    return true;
  };
}

/** Not a rule of its own: it is the first that is asked about each block. The innermost block is asked about last. */
function rememberColumn(state: BlockState, line: number, _end: number, silent: boolean): boolean {
  const { columns } = state.env as { columns: Map<number, number> };
  const lineStart = state.src.lastIndexOf('\n', (state.bMarks[line] ?? 0) - 1) + 1;
  if (!silent) columns.set(line, (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0) - lineStart);
  return false;
}

/** Takes an address out of the reach of emphasis and entities: `https://a.b/_c_?d&copy=e` has neither. */
function address(state: InlineState, silent: boolean): boolean {
  if (!state.src.startsWith('://', state.pos)) return false;
  if (!/https?$/i.test(state.src.slice(Math.max(0, state.pos - 5), state.pos))) return false;
  ADDRESS.lastIndex = state.pos;
  let end = Math.min(state.pos + (ADDRESS.exec(state.src)?.[0].length ?? 0), state.posMax);
  while (end > state.pos && AFTER_ADDRESS.includes(state.src.charAt(end - 1))) end -= 1;
  if (end <= state.pos + '://'.length) return false;
  if (!silent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
}

/** A line break as it is in the source. `meta` is its offset, so that the line that follows can be found again. */
function lineBreak(state: InlineState, silent: boolean): boolean {
  const { src, pos } = state;
  const isHard = src[pos] === '\\' && src[pos + 1] === '\n';
  if (!isHard && src[pos] !== '\n') return false;
  const offset = isHard ? pos + 1 : pos;
  if (!silent) Object.assign(state.push('softbreak', 'br', 0), { markup: isHard ? '\\' : '', meta: offset });
  state.pos = offset + 1;
  while (state.pos < state.posMax && /[ \t]/.test(src[state.pos] ?? '')) state.pos += 1;
  return true;
}
