import { decodeEntities, isHtmlName, tagOf, writeHtml } from './html';
import { InlineWriter } from './inline-writer';

/** A piece of HTML: a tag (or comment) or the text between two. */
interface Piece {
  isTag: boolean;
  source: string;
}

const STARTS = /^(?:<!--[^]*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)[\s>]/i;
/** What only Markdown has. A README in a centred `<div>` is no document of HTML. */
const MARKDOWN = /^(?:#{1,6} |```|~~~|[-*+] |\d+\. |\|.*\|[ \t]*$)/m;
const HIDDEN = new Set(['style', 'script', 'head', 'title', 'template']);
const VOID = new Set('area base br col embed hr img input link meta param source wbr'.split(' '));
/** What is written for these ends with a space. */
const SPACED = /^(?:li|td|th)$/;
const PARAGRAPHS = /^(?:p|h[1-6])$/;
/** No tag that anybody writes is longer; a picture inside of the text is. */
const MAX_TAG = 200_000;
/** After so many pieces the one who runs it may let others work. */
const PIECES_PER_STEP = 500;

/**
 * Whether a whole text is HTML, such as the body of a mail: it starts as a document does, or everything in it stands inside of
 * elements and nothing is Markdown.
 */
export function* isHtmlDocument(text: string): Generator<void, boolean> {
  const trimmed = text.trim();
  if (!trimmed.startsWith('<') || !trimmed.includes('</')) return false;
  if (STARTS.test(trimmed.slice(0, 4000))) return true;
  return (yield* isOneElementAfterTheOther(trimmed)) && !MARKDOWN.test(trimmed);
}

function* isOneElementAfterTheOther(text: string): Generator<void, boolean> {
  let [depth, closed, count] = [0, 0, 0];
  for (const { isTag, source } of pieces(text)) {
    if ((count += 1) % PIECES_PER_STEP === 0) yield;
    const { name, isClosing } = isTag ? tagOf(source) : { name: '', isClosing: false };
    const isText = !isTag || (name !== '' && !isHtmlName(name) && !name.includes(':'));
    if (isText && depth === 0 && source.trim() !== '') return false;
    if (isText || name === '' || VOID.has(name) || source.endsWith('/>')) continue;
    depth = Math.max(0, depth + (isClosing ? -1 : 1));
    if (isClosing) closed += 1;
  }
  return closed > 0 && depth <= 1;
}

/**
 * What a reader sees of HTML: no tags, styles, scripts and comments, each block on a line of its own, links with their address,
 * entities decoded once. White space is as a browser shows it.
 */
export function* htmlText(html: string): Generator<void, string> {
  const page = new Page();
  let count = 0;
  for (const piece of pieces(html)) {
    page.add(piece);
    if ((count += 1) % PIECES_PER_STEP === 0) yield;
  }
  return page.text();
}

class Page {
  private readonly writer = new InlineWriter();
  private hidden = '';
  private pre = 0;
  private endsWithSpace = true;

  add({ isTag, source }: Piece): void {
    const { name, isClosing } = isTag ? tagOf(source) : { name: '', isClosing: false };
    if (this.hidden !== '') {
      if (isClosing && name === this.hidden) this.hidden = '';
    } else if (HIDDEN.has(name) && !isClosing && !source.endsWith('/>')) this.hidden = name;
    else if (!isTag) this.addText(source);
    else {
      if (name === 'pre') this.pre = isClosing ? 0 : 1;
      if (name !== '' && !isHtmlName(name)) this.addForeign(name, source);
      else writeHtml(this.writer, source);
      if (SPACED.test(name)) this.endsWithSpace = true;
      if (PARAGRAPHS.test(name) && isClosing) this.writer.addLine();
    }
  }

  text(): string {
    const lines = this.writer.finish().map(({ text }) => text);
    return lines
      .join('\n')
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }

  /** A word in angle brackets is text; a tag of another program, such as `<o:p>`, is not. */
  private addForeign(name: string, source: string): void {
    if (!name.includes(':')) this.addText(source);
  }

  private addText(source: string): void {
    const text = decodeEntities(source);
    if (this.pre === 0) return this.addCollapsed(text.replace(/[ \t\r\n\f]+/g, ' '));
    text.split(/\r\n?|\n/).forEach((line, index) => {
      if (index > 0) this.writer.addLine();
      this.writer.write(line);
    });
  }

  private addCollapsed(text: string): void {
    const isAfterSpace = this.endsWithSpace || !this.writer.hasText();
    this.writer.write(isAfterSpace ? text.replace(/^ /, '') : text);
    if (text !== '') this.endsWithSpace = text.endsWith(' ');
  }
}

function* pieces(html: string): Iterable<Piece> {
  let start = 0;
  for (let position = html.indexOf('<'); position >= 0; position = html.indexOf('<', position)) {
    const end = tagEnd(html, position);
    if (end < 0) {
      position += 1;
      continue;
    }
    if (position > start) yield { isTag: false, source: html.slice(start, position) };
    yield { isTag: true, source: html.slice(position, end) };
    start = position = end;
  }
  if (start < html.length) yield { isTag: false, source: html.slice(start) };
}

/** Offset behind the tag or comment that begins here, or -1. */
function tagEnd(html: string, start: number): number {
  if (html.startsWith('<!--', start)) {
    const end = html.indexOf('-->', start + 4);
    return end < 0 ? html.length : end + 3;
  }
  if (!/[a-z/!?]/i.test(html[start + 1] ?? '')) return -1;
  let quote = '';
  for (let index = start + 1; index < Math.min(html.length, start + MAX_TAG); index += 1) {
    const character = html[index] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '>') return index + 1;
    else if (character === '<') return -1;
    else if (/["']/.test(character) && html[index - 1] === '=') quote = character;
  }
  return -1;
}
