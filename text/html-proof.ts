import { isHtmlName, tagOf } from './html';

/** A tag in its text. `position` tells where it stands, as far as that says something. */
export interface FoundTag {
  html: string;
  position: 'cell' | 'line-end' | 'between-words' | 'alone';
}

const ATTRIBUTE =
  /\s(?:abbr|accesskey|action|align|alt|aria-[\w-]+|bgcolor|border|cellpadding|cellspacing|checked|cite|class|color|cols?|colspan|content|controls|data-[\w-]+|datetime|dir|download|face|for|height|href|hspace|http-equiv|id|lang|media|method|name|on\w+|open|placeholder|rel|role|rows?|rowspan|size|sizes|span|src|srcset|start|style|summary|tabindex|target|title|type|valign|value|vspace|width|xmlns(?::\w+)?)\s*=/i;
/** Elements that nothing closes. */
const VOID = new Set('area base br col embed hr img input link meta param source wbr'.split(' '));
/** Elements whose end may be left out, inside of others. */
const MAY_END_UNSAID = new Set('li td th tr dt dd p option tbody thead tfoot body html head'.split(' '));

/**
 * Finds out which tags of a text are HTML. A name of HTML alone is no proof: people write `<time>` for a placeholder,
 * `List<a>` in Java, and `INSERT INTO <table>`. A closing tag that matches is one, or attributes that HTML has; and inside of an
 * element that is proven, also the tags that need no end. Elements of XML and what is in them are text.
 *
 * @param found in their order
 * @returns the indices of those that are HTML; no other may be left out
 */
export function provenTags(found: readonly FoundTag[]): Set<number> {
  const proven = new Set<number>();
  const pairs = [...pairsOf(found)];
  const isXml = covered(xmlElements(found, pairs), found.length);
  const elements = pairs.filter(([from]) => isHtml(found[from]) && !isXml[from]);
  for (const [from, to] of elements) proven.add(from).add(to);
  const isInside = covered(elements, found.length);
  found.forEach(({ html }, index) => {
    const { name, isClosing } = tagOf(html);
    if (isXml[index] || !isTag(name)) return;
    const hasProof = !isClosing && (ATTRIBUTE.test(html) || (VOID.has(name) && html.endsWith('/>')));
    if (hasProof || (isInside[index] && MAY_END_UNSAID.has(name))) proven.add(index);
  });
  addBreaks(found, proven, isXml);
  return proven;
}

/**
 * A `<br>` is HTML where a line may end: in a table, at the end of a line, between words that others of its kind divide; and, as
 * comments are, where a text is laid out with blocks of HTML. `用 <br> 换行` talks about it.
 */
function addBreaks(found: readonly FoundTag[], proven: Set<number>, isXml: readonly boolean[]): void {
  const hasTags = proven.size > 0;
  const hasBlocks = [...proven].some((index) => BLOCK.test(found[index]?.html ?? ''));
  const breaks = found.filter(({ html, position }) => isBreak(html) && position === 'between-words').length;
  found.forEach(({ html, position }, index) => {
    if (isXml[index]) return;
    const mayEnd = position === 'cell' || position === 'line-end';
    const isBetween = position === 'between-words' && (hasTags || breaks > 1);
    if (html.startsWith('<!--') ? hasBlocks : isBreak(html) && (mayEnd || isBetween || hasBlocks))
      proven.add(index);
  });
}

const BLOCK = /^<\/(?:article|blockquote|body|center|div|dl|h[1-6]|ol|p|pre|section|table|td|tr|ul)\b/i;
const isBreak = (html: string): boolean => /^<br>$/i.test(html);
/** Where these are not left out with what is in them, somebody writes about them. */
const SHOWN = new Set(['script', 'style']);
const nameOf = (tag: FoundTag | undefined): string => tagOf(tag?.html ?? '').name;
const isHtml = (tag: FoundTag | undefined): boolean => isTag(nameOf(tag));
const isTag = (name: string): boolean => isHtmlName(name) && !SHOWN.has(name);

/** Opening tags with the closing tags that match, by index. Each closing tag takes the last of its name that is open. */
function pairsOf(found: readonly FoundTag[]): Map<number, number> {
  const pairs = new Map<number, number>();
  const open = new Map<string, number[]>();
  found.forEach(({ html }, index) => {
    const { name, isClosing } = tagOf(html);
    if (name === '' || html.endsWith('/>') || VOID.has(name)) return;
    const stack = open.get(name) ?? [];
    open.set(name, stack);
    if (!isClosing) stack.push(index);
    else if (stack.length > 0) pairs.set(stack.pop() ?? 0, index);
  });
  return pairs;
}

/** Elements that HTML does not have, and that do not stand inside of one that it has. */
function xmlElements(found: readonly FoundTag[], pairs: readonly [number, number][]): [number, number][] {
  const isInHtml = covered(
    pairs.filter(([from]) => isHtml(found[from])),
    found.length,
  );
  return pairs.filter(([from]) => !isHtmlName(nameOf(found[from])) && !isInHtml[from]);
}

/** For each index whether it lies in one of the ranges, ends included. */
function covered(ranges: readonly [number, number][], length: number): boolean[] {
  const change = new Int32Array(length + 1);
  for (const [from, to] of ranges) {
    change[from] = (change[from] ?? 0) + 1;
    change[to + 1] = (change[to + 1] ?? 0) - 1;
  }
  let depth = 0;
  return Array.from({ length }, (_, index) => (depth += change[index] ?? 0) > 0);
}
