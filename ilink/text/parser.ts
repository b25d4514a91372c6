import MarkdownIt from 'markdown-it';

export type Token = ReturnType<MarkdownIt['parse']>[number];
type InlineState = InstanceType<MarkdownIt['inline']['State']>;
type BlockState = InstanceType<MarkdownIt['block']['State']>;

/** A parsed text: its lines, markdown-it's tokens (`map` counts these lines), and what the tokens do not say. */
export interface MarkdownDocument {
  lines: string[];
  tokens: Token[];
  /** For lines on which a block starts: the column where its content starts, after list markers and quote signs. */
  columns: Map<number, number>;
}

/** Chinese, Japanese and Korean letters and punctuation. */
export const CJK = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]/u;

const NEWLINE = /\r\n?|\n/;
/** What an address may consist of. The characters of emphasis, links and HTML end it. */
const ADDRESS = /:\/\/[\w\-.~:/?#@!$&'+,;=%()]+/y;
const AFTER_ADDRESS = "_~.,;:!?')";

/** Parses Markdown without losing a character: what no token covers is in `lines`. Never throws. */
export function parseMarkdown(text: string): MarkdownDocument {
  const lines = text.split(NEWLINE);
  const columns = new Map<number, number>();
  return { lines, columns, tokens: PARSER.parse(lines.join('\n'), { columns }) };
}

/**
 * CommonMark with tables and strikethrough, changed where a chat needs it: addresses are taken as they are, lines keep
 * their white space, entities and escapes keep their source, and emphasis works next to Chinese punctuation.
 *
 * Left out are rules for what reads well as it is: link definitions (which would vanish), underlined headings (in a chat,
 * `---` below a line is a rule), and blocks of HTML (whose tags are found one by one instead).
 */
function createParser(): MarkdownIt {
  const parser = new MarkdownIt({ html: true });
  parser.disable(['reference', 'lheading', 'html_block', 'normalize', 'text_join']);
  parser.normalizeLink = (url) => url;
  parser.normalizeLinkText = (url) => url;
  parser.validateLink = () => true;
  parser.inline.State = ChatInlineState;
  parser.inline.ruler.before('newline', 'address', address);
  parser.inline.ruler.at('newline', lineBreak);
  parser.block.ruler.before('table', 'column', rememberColumn);
  return parser;
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

const InlineStateBase = new MarkdownIt().inline.State;

/**
 * CommonMark does not see the end of emphasis in `**注意：**请`, as punctuation stands before the asterisks and no space
 * after them, and Chinese has no spaces. Next to Chinese, only white space decides.
 */
class ChatInlineState extends InlineStateBase {
  override scanDelims(start: number, canSplitWord: boolean): ReturnType<InlineState['scanDelims']> {
    const found = super.scanDelims(start, canSplitWord);
    const before = this.src.slice(Math.max(0, start - 1), start);
    const after = this.src.slice(start + found.length, start + found.length + 1);
    if (!canSplitWord || !(CJK.test(before) || CJK.test(after))) return found;
    const isSpace = (character: string): boolean => character === '' || /\s/.test(character);
    return { ...found, can_open: !isSpace(after), can_close: !isSpace(before) };
  }
}

const PARSER = createParser();
