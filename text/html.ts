import type MarkdownIt from 'markdown-it';

import { type InlineWriter, target } from './inline-writer';
import { markdownIt } from './markdown-it';

/** Tags that begin and end on a line of their own. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body center details dd div dl dt fieldset figcaption figure footer form h1 h2 h3 ' +
    'h4 h5 h6 head header html legend main nav ol p pre section summary table tbody tfoot thead tr ul'
  ).split(' '),
);
/** Tags that only change how their text looks. What is none of HTML's tags, such as `<your-name>`, is text. */
const LOOKS = new Set(
  (
    'abbr b bdi bdo big cite code colgroup col data del dfn em font i ins kbd mark picture q s samp small source span ' +
    'strike strong sub time tt u var wbr'
  ).split(' '),
);
/** Tags that say something to a browser, and nothing to a reader. */
const UNSEEN = new Set(
  (
    'area audio base button caption embed iframe input label link map meta noscript object option param script select ' +
    'style svg template textarea title video'
  ).split(' '),
);
const TAG = /^<(\/?)([a-z][a-z0-9:-]*)/i;

/** How the tags that mean something are written. */
const OPENING: Readonly<Record<string, (writer: InlineWriter, tag: string) => void>> = {
  a: (writer, tag) => writer.openLink(attribute(tag, 'href'), attribute(tag, 'title'), true),
  br: (writer) => writer.addLine(),
  hr: (writer) => ownLine(writer),
  img: (writer, tag) =>
    writer.write(imageText(attribute(tag, 'alt'), attribute(tag, 'src'), attribute(tag, 'title'))),
  li: (writer) => {
    ownLine(writer);
    writer.write('- ');
  },
  sup: (writer) => writer.write('^'),
  td: (writer) => nextCell(writer),
  th: (writer) => nextCell(writer),
};

/** The name of a tag in lower case, and whether it is a closing one. A comment and the like has none. */
export function tagOf(html: string): { name: string; isClosing: boolean } {
  const [, slash = '', name = ''] = TAG.exec(html) ?? [];
  return { name: name.toLowerCase(), isClosing: slash === '/' };
}

/** Whether HTML has a tag of this name (in lower case). */
export function isHtmlName(name: string): boolean {
  return Object.hasOwn(OPENING, name) || BLOCKS.has(name) || LOOKS.has(name) || UNSEEN.has(name);
}

/** Writes what a reader should see of one tag of HTML, comment or the like. */
export function writeHtml(writer: InlineWriter, html: string): void {
  if (/^<[!?]/.test(html)) return;
  const { name, isClosing } = tagOf(html);
  const isKnown = Object.hasOwn(OPENING, name);
  if (isClosing && name === 'a') writer.closeLink(true);
  else if (isKnown && !isClosing) OPENING[name]?.(writer, html);
  else if (BLOCKS.has(name)) ownLine(writer);
  else if (!isHtmlName(name)) writer.write(html);
}

let utils: MarkdownIt['utils'] | undefined;

/** Decodes the entities of HTML, each once. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  utils ??= new (markdownIt())().utils;
  // Their function also reads the escapes of Markdown, which are none here.
  return utils.unescapeAll(text.replaceAll('\\', '\\\\'));
}

/** `alt (address)`. The address of a picture that is inside of the text itself says nothing to a reader. */
export function imageText(alt: string, src: string, title: string): string {
  if (src === '' || /^data:/i.test(src)) {
    const name = [alt, title].filter((text) => text !== '').join(', ');
    return name === '' ? '[image]' : `[image: ${name}]`;
  }
  return alt === '' || alt === src ? target(src, title) : `${alt} (${target(src, title)})`;
}

function ownLine(writer: InlineWriter): void {
  if (writer.hasText()) writer.addLine();
}

function nextCell(writer: InlineWriter): void {
  if (writer.hasText()) writer.write(' | ');
}

function attribute(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  return decodeEntities(found?.[1] ?? found?.[2] ?? found?.[3] ?? '');
}
