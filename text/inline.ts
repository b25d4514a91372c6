import { isQuotedByCode } from './comments';
import { contentDelimiters } from './delimiters';
import { realEscapes } from './escapes';
import { type Evidence, NO_EVIDENCE } from './evidence';
import { decodeEntities, imageText, writeHtml } from './html';
import { type InlineLine, InlineWriter } from './inline-writer';
import { CJK, type Token } from './parser';

/** What becomes of the markup inside of a line. */
export interface InlineStyle {
  /** Whether to keep what phones render. */
  markup: boolean;
  /** Whether to keep bold, where there is markup at all. */
  bold: boolean;
  /** What the whole text says about tags and entities. */
  evidence?: Evidence;
  /** Whether what looks like headings are comments of code. */
  comments?: boolean;
}

interface Context extends InlineStyle {
  evidence: Evidence;
  /** What is written as it is in the source: backslashes that escape nothing, signs that emphasize nothing. */
  content: ReadonlySet<Token>;
  /** The beginnings and ends of italics that phones do not render. */
  dropped: ReadonlySet<Token>;
  escapes: ReadonlySet<Token>;
  source: string;
  lineOf: (offset: number) => number;
}

type Renderer = (writer: InlineWriter, token: Token, context: Context) => void;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  text_special: (writer, token, { evidence, escapes }) => {
    const isDecoded = token.info === 'entity' ? evidence.entities : escapes.has(token);
    writer.write(isDecoded ? token.content : token.markup);
  },
  code_inline: (writer, token, context) => code(writer, token, context),
  softbreak: (writer, token, { lineOf }) => {
    writer.write(token.markup);
    writer.endLine(lineOf(token.meta as number));
  },
  em_open: emphasis,
  em_close: emphasis,
  strong_open: strong,
  strong_close: strong,
  s_open: strikethrough,
  s_close: strikethrough,
  link_open: (writer, token, { evidence }) =>
    writer.openLink(attribute(token, 'href', evidence), attribute(token, 'title', evidence), false),
  link_close: (writer) => writer.closeLink(false),
  image: (writer, token, { evidence }) =>
    writer.write(
      imageText(
        alternative(token, evidence),
        attribute(token, 'src', evidence),
        attribute(token, 'title', evidence),
      ),
    ),
  html_inline: (writer, token, context) => {
    if (context.evidence.tags.has(token)) writeHtml(writer, token.content);
    else writeSource(writer, token.content, token, context);
  },
};

/**
 * Renders the text of a paragraph, heading or cell. What is no markup is written as it is: with markup, all backslashes are, as
 * phones show `\\*` as Tencent's own client sends it; without, those that escape nothing.
 *
 * @param token an `inline` token
 */
export function renderInline(token: Token, style: InlineStyle): InlineLine[] {
  return render(token, style, style.markup ? new Set() : realEscapes(token));
}

/** Like {@link renderInline}, on one line. */
export function renderInlineOnOneLine(token: Token, style: InlineStyle): string {
  return renderInline(token, style)
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join(' ')
    .trim();
}

function render(token: Token, style: InlineStyle, escapes: ReadonlySet<Token>): InlineLine[] {
  const writer = new InlineWriter();
  const children = token.children ?? [];
  const context = {
    ...style,
    evidence: style.evidence ?? NO_EVIDENCE,
    content: contentDelimiters(children, token.content),
    dropped: chineseItalics(children),
    escapes,
    source: token.content,
    lineOf: lineCounter(token.content),
  };
  for (const child of children) {
    const renderer = RENDERERS[child.type];
    if (renderer === undefined) writer.write(child.content);
    else renderer(writer, child, context);
  }
  return writer.finish();
}

function emphasis(writer: InlineWriter, token: Token, { markup, dropped, content }: Context): void {
  if (content.has(token) || (markup && !dropped.has(token))) writer.write(token.markup);
}

function strong(writer: InlineWriter, token: Token, { markup, bold, content }: Context): void {
  if (content.has(token) || (markup && bold)) writer.write(token.markup);
}

/** Phones show the tildes, and they may be content. Without them a text says that what was struck out holds. */
function strikethrough(writer: InlineWriter, token: Token): void {
  writer.write(token.markup);
}

/** Code as it is in the source. A line end in it stays one: somebody may have written a command, and no Markdown. */
function code(writer: InlineWriter, token: Token, context: Context): void {
  const [from, to] = token.meta as [number, number];
  const source = context.source.slice(from, to);
  const isContent = context.markup || isQuotedByCode(context.source, from, to);
  if (isContent) return writeSource(writer, source, token, context);
  const inner = source.slice(token.markup.length, source.length - token.markup.length);
  const isPadded = /^\s.*\s$/s.test(inner) && inner.trim() !== '';
  writeSource(writer, isPadded ? inner.slice(1, -1) : inner, token, context);
}

function writeSource(writer: InlineWriter, source: string, { meta }: Token, { lineOf }: Context): void {
  const [from] = (meta ?? [0]) as number[];
  let offset = from ?? 0;
  source.split('\n').forEach((line, index) => {
    if (index > 0) writer.endLine(lineOf(offset - 1));
    // What a line is indented by stands before it already.
    writer.write(index > 0 ? line.trimStart() : line);
    offset += line.length + 1;
  });
}

function attribute(token: Token, name: string, { entities }: Evidence): string {
  const value = token.attrGet(name) ?? '';
  return entities ? decodeEntities(value) : value;
}

function alternative(image: Token, evidence: Evidence): string {
  return render(image, { markup: false, bold: false, evidence }, new Set())
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
