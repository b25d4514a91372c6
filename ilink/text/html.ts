import MarkdownIt from 'markdown-it';

import { type InlineWriter, target } from './inline-writer';

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
const TAG = /^<(\/?)([a-z][a-z0-9-]*)/i;
const { unescapeAll } = new MarkdownIt().utils;

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

/** Writes what a reader should see of one tag of HTML, comment or the like. */
export function writeHtml(writer: InlineWriter, html: string): void {
  if (html.startsWith('<!--')) return;
  const [, slash = '', name = ''] = TAG.exec(html) ?? [];
  const tag = name.toLowerCase();
  const isKnown = Object.hasOwn(OPENING, tag);
  if (slash === '/' && tag === 'a') writer.closeLink(true);
  else if (isKnown && slash === '') OPENING[tag]?.(writer, html);
  else if (BLOCKS.has(tag)) ownLine(writer);
  else if (!isKnown && !LOOKS.has(tag)) writer.write(html);
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
  return unescapeAll(found?.[1] ?? found?.[2] ?? found?.[3] ?? '');
}
