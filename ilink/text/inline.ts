import { imageText, writeHtml } from './html';
import { type InlineLine, InlineWriter } from './inline-writer';
import { CJK, parseMarkdown, type Token } from './parser';

/** What becomes of the markup inside of a line. */
export interface InlineStyle {
  /** Whether to keep what phones render. */
  markup: boolean;
  /** Whether to keep bold, where there is markup at all. */
  bold: boolean;
}

interface Context extends InlineStyle {
  /** The escapes and entities that stay as they are in the source. */
  sources: ReadonlySet<Token>;
  /** The beginnings and ends of italics that phones do not render. */
  dropped: ReadonlySet<Token>;
  lineOf: (offset: number) => number;
}

const PLAIN: InlineStyle = { markup: false, bold: false };
/** How many escapes and entities of one block are tried one by one. Each try reads the block again. */
const MAX_TRIES = 16;

type Renderer = (writer: InlineWriter, token: Token, context: Context) => void;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  text_special: (writer, token, { sources }) =>
    writer.write(sources.has(token) ? token.markup : token.content),
  code_inline: (writer, token, { markup }) => writer.write(markup ? code(token) : token.content),
  softbreak: (writer, token, { markup, lineOf }) => {
    if (markup) writer.write(token.markup);
    writer.endLine(lineOf(token.meta as number));
  },
  em_open: emphasis,
  em_close: emphasis,
  strong_open: strong,
  strong_close: strong,
  s_open: strikethrough,
  s_close: strikethrough,
  link_open: (writer, token) =>
    writer.openLink(token.attrGet('href') ?? '', token.attrGet('title') ?? '', false),
  link_close: (writer) => writer.closeLink(false),
  image: (writer, token) =>
    writer.write(imageText(alternative(token), token.attrGet('src') ?? '', token.attrGet('title') ?? '')),
  html_inline: (writer, { content }) => writeHtml(writer, content),
};

/**
 * Renders the text of a paragraph, heading or cell. Escapes and entities are decoded if the text still reads the same
 * then: `a &lt; b` becomes `a < b`, but `\*not italic\*` keeps its backslashes.
 *
 * @param token an `inline` token
 */
export function renderInline(token: Token, style: InlineStyle): InlineLine[] {
  const decoded = render(token, style);
  if (!style.markup) return decoded;
  const specials = token.children?.filter(
    ({ type, content, markup }) => type === 'text_special' && content !== markup,
  );
  if (!specials?.length || readsTheSame(decoded, token)) return decoded;
  const sources = new Set(specials);
  for (const special of specials.slice(0, MAX_TRIES)) {
    sources.delete(special);
    if (!readsTheSame(render(token, style, sources), token)) sources.add(special);
  }
  return render(token, style, sources);
}

/** Like {@link renderInline}, on one line. */
export function renderInlineOnOneLine(token: Token, style: InlineStyle): string {
  return renderInline(token, style)
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join(' ')
    .trim();
}

function render(token: Token, style: InlineStyle, sources: ReadonlySet<Token> = new Set()): InlineLine[] {
  const writer = new InlineWriter();
  const children = token.children ?? [];
  const context = {
    ...style,
    sources,
    dropped: chineseItalics(children),
    lineOf: lineCounter(token.content),
  };
  for (const child of children) {
    const renderer = RENDERERS[child.type];
    if (renderer === undefined) writer.write(child.content);
    else renderer(writer, child, context);
  }
  return writer.finish();
}

/** Whether a rendered text, read as Markdown, says what the original says, and is one paragraph. */
function readsTheSame(rendered: readonly InlineLine[], original: Token): boolean {
  const text = textOf(rendered);
  const [open, inline, ...rest] = parseMarkdown(text).tokens;
  if (open?.type !== 'paragraph_open' || inline?.content !== text || rest.length !== 1) return false;
  return textOf(render(inline, PLAIN)) === textOf(render(original, PLAIN));
}

const textOf = (lines: readonly InlineLine[]): string => lines.map(({ text }) => text).join('\n');

function emphasis(writer: InlineWriter, token: Token, { markup, dropped }: Context): void {
  if (markup && !dropped.has(token)) writer.write(token.markup);
}

function strong(writer: InlineWriter, token: Token, { markup, bold }: Context): void {
  if (markup && bold) writer.write(token.markup);
}

/** Phones show the tildes. They stay, as without them a text says that what was struck out holds. */
function strikethrough(writer: InlineWriter, token: Token, { markup }: Context): void {
  if (markup) writer.write(token.markup);
}

/** Code that begins or ends with a backtick needs a space there, which markdown-it has taken away. */
function code({ content, markup }: Token): string {
  const needsSpace = /^`|`$|^ .* $/s.test(content) && content.trim() !== '';
  return needsSpace ? `${markup} ${content} ${markup}` : `${markup}${content}${markup}`;
}

function alternative(image: Token): string {
  return render(image, PLAIN)
    .map(({ text }) => text)
    .join(' ')
    .trim();
}

/** Phones do not render italics around Chinese text and would show the asterisks (protocol notes, "Sending"). */
function chineseItalics(tokens: readonly Token[]): Set<Token> {
  const dropped = new Set<Token>();
  const open: { token: Token; before: number }[] = [];
  let chinese = 0;
  for (const token of tokens) {
    if (CJK.test(token.content)) chinese += 1;
    if (token.type === 'em_open') open.push({ token, before: chinese });
    if (token.type !== 'em_close') continue;
    const start = open.pop();
    if (start !== undefined && chinese > start.before) dropped.add(start.token).add(token);
  }
  return dropped;
}

/** Tells the line of an offset; offsets must be asked in their order. */
function lineCounter(content: string): (offset: number) => number {
  let line = 0;
  let position = -1;
  return (offset) => {
    while (position < offset) {
      position = content.indexOf('\n', position + 1);
      if (position < 0) break;
      line += 1;
    }
    return line;
  };
}
