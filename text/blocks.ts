import { mayBeComment } from './comments';
import { frameOf, outerPrefix, prefix } from './frames';
import { type InlineStyle, renderInline, renderInlineOnOneLine } from './inline';
import { parseMarkdown, type MarkdownDocument } from './parser';
import { renderTable } from './tables';

/** Lines of the source, `from` up to and without `to`, and what takes their place. */
interface Patch {
  from: number;
  to: number;
  lines: string[];
}

type Renderer = (document: MarkdownDocument, index: number, style: InlineStyle) => Patch | undefined;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  paragraph_open: paragraph,
  heading_open: heading,
  fence,
  hr: rule,
  table_open: table,
};

const BOXES: Readonly<Record<string, string>> = { '[ ]': '☐', '[x]': '☑', '[X]': '☑' };

/** Renders every block in its place. What lies between the blocks, and what no renderer changes, stays as it is. */
export function* renderBlocks(document: MarkdownDocument, style: InlineStyle): Generator<void, string> {
  const output: string[] = [];
  let line = 0;
  const copy = (to: number): void => {
    for (; line < to; line += 1) output.push(between(document.lines[line] ?? '', style));
  };
  for (const [index, token] of document.tokens.entries()) {
    const patch = RENDERERS[token.type]?.(document, index, style);
    if (patch === undefined) continue;
    copy(patch.from);
    for (const rendered of patch.lines) output.push(rendered);
    line = patch.to;
    yield;
  }
  copy(document.lines.length);
  return output.join('\n');
}

/** The empty lines of a quote have its sign too. */
function between(line: string, { markup }: InlineStyle): string {
  return !markup && /^\s*>(?:\s+>)*\s*$/.test(line) ? '' : line;
}

function paragraph(document: MarkdownDocument, index: number, style: InlineStyle): Patch | undefined {
  const inline = document.tokens[index + 1];
  if (!inline?.map) return undefined;
  const [from, to] = inline.map;
  const frames = inline.content
    .split('\n')
    .map((content, row) => frameOf(document.lines[from + row] ?? '', content));
  const rendered = renderInline(inline, style);
  const first = rendered[0];
  if (first !== undefined && document.tokens[index - 1]?.type === 'list_item_open') {
    first.text = first.text.replace(/^\[[ xX]\](?=\s)/, (box) => BOXES[box] ?? box);
  }
  const lines = rendered.flatMap((line, row) => {
    const frame = frames[line.source] ?? { before: '', after: '' };
    const before = prefix(line.added ? outerPrefix(frame.before) : frame.before, style);
    // A line that held nothing but tags is gone with them.
    if (line.text === '' && (row > 0 || before.trim() === '')) return [];
    return [before + line.text + (row === rendered.length - 1 ? frame.after : '')];
  });
  return { from, to, lines };
}

function heading({ lines, tokens }: MarkdownDocument, index: number, style: InlineStyle): Patch | undefined {
  const [open, inline] = [tokens[index], tokens[index + 1]];
  if (!open?.map || inline === undefined) return undefined;
  if (style.comments && mayBeComment(open.markup)) return undefined;
  const [from, to] = open.map;
  const line = lines[from] ?? '';
  // No list marker and no quote sign contains a hash.
  const hashes = line.indexOf('#');
  const start = line.indexOf(inline.content, hashes + open.markup.length);
  const isDeep = open.markup.length > 4;
  const text = renderInlineOnOneLine(inline, isDeep ? { ...style, bold: false } : style);
  const before = prefix(line.slice(0, hashes), style);
  if (!style.markup) return { from, to, lines: [before + text] };
  if (isDeep) return { from, to, lines: [before + (isBoldAsAWhole(text) ? `**${text}**` : text)] };
  return { from, to, lines: [line.slice(0, start) + text + line.slice(start + inline.content.length)] };
}

/** Signs in the text, such as an asterisk that is content, may end the bold too early. */
function isBoldAsAWhole(text: string): boolean {
  const [, inline] = parseMarkdown(`**${text}**`).tokens;
  const children = (inline?.children ?? []).filter(({ type, content }) => type !== 'text' || content !== '');
  return children[0]?.type === 'strong_open' && children.at(-1)?.type === 'strong_close';
}

function fence(document: MarkdownDocument, index: number, style: InlineStyle): Patch | undefined {
  const token = document.tokens[index];
  if (!token?.map) return undefined;
  const [from, to] = token.map;
  const source = document.lines.slice(from, to);
  const code = token.content === '' ? [] : token.content.replace(/\n$/, '').split('\n');
  if (!style.markup) return { from, to, lines: plainCode(source, code, style) };
  const isClosed = source.length === code.length + 2;
  if (token.markup.startsWith('`') || !isClosed || token.info.includes('`')) return undefined;
  return { from, to, lines: withBackticks(source, token.markup) };
}

function plainCode(source: readonly string[], code: readonly string[], style: InlineStyle): string[] {
  const marker = prefix(/^[^`~]*/.exec(source[0] ?? '')?.[0] ?? '', style);
  const lines = code.map((text, row) => {
    const line = source[row + 1] ?? '';
    return line.endsWith(text) ? prefix(line.slice(0, line.length - text.length), style) + text : text;
  });
  return marker.trim() === '' ? lines : [marker, ...lines];
}

/** Tencent's own client knows fences of backticks only. */
function withBackticks(source: readonly string[], tildes: string): string[] {
  const inner = source.slice(1, -1);
  const longest = Math.max(2, ...inner.map((line) => /`{3,}/.exec(line)?.[0].length ?? 0));
  const backticks = '`'.repeat(longest + 1);
  const [first = '', last = ''] = [source[0], source.at(-1)];
  return [first.replace(tildes, backticks), ...inner, last.replace(/~+(?=[ \t]*$)/, backticks)];
}

/** A line of signs reads as a rule also without markup. */
function rule(
  { lines, tokens, columns }: MarkdownDocument,
  index: number,
  style: InlineStyle,
): Patch | undefined {
  const map = tokens[index]?.map;
  if (!map || style.markup) return undefined;
  const [from, to] = map;
  const [line, column] = [lines[from] ?? '', columns.get(from) ?? 0];
  return { from, to, lines: [prefix(line.slice(0, column), style) + line.slice(column)] };
}

function table(document: MarkdownDocument, index: number, style: InlineStyle): Patch | undefined {
  const map = document.tokens[index]?.map;
  if (!map) return undefined;
  let end = index;
  while (end < document.tokens.length && document.tokens[end]?.type !== 'table_close') end += 1;
  const [from, to] = map;
  return { from, to, lines: renderTable(document, document.tokens.slice(index, end + 1), style) };
}
