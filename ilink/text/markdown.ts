import { renderBlocks } from './blocks';
import { evidenceOf } from './evidence';
import { withoutStyles } from './hidden';
import { htmlText, isHtmlDocument } from './html-document';
import type { InlineStyle } from './inline';
import { parseBlocks, parseInline } from './parser';
import { finish } from './steps';

const WECHAT: InlineStyle = { markup: true, bold: true };
const PLAIN: InlineStyle = { markup: false, bold: false };
/** Characters that are read between two rests. */
const CHARACTERS_PER_STEP = 2000;

/**
 * Turns Markdown into what phones show well. They render code, bold, headings 1-4, rules, narrow tables, and italics
 * around text that is not Chinese (protocol notes, "Sending"); this stays as it is, and so do lists, quotes,
 * strikethrough, footnotes and link definitions, which are readable. The rest becomes text: `text (address)` for links
 * and images, bold lines for headings 5 and 6, lists of `header: value` for wide tables, ☐ and ☑ for task lists, and what
 * HTML says without its tags.
 *
 * What is not certain to be markup is content and stays: backslashes, as in Tencent's own client; words in angle brackets
 * that nothing proves to be HTML; signs of multiplication; brackets of code. Text without markup comes back unchanged (line
 * ends become line feeds). Never throws.
 */
export function forWeChat(markdown: string): string {
  return finish(formatSteps(markdown, 'weChat'));
}

/** Turns Markdown into text without markup. Lists keep their markers, code its lines, links their address. Never throws. */
export function toPlain(markdown: string): string {
  return finish(formatSteps(markdown, 'plain'));
}

/** {@link forWeChat} or {@link toPlain}, in steps of a few milliseconds. */
export function* formatSteps(markdown: string, format: 'weChat' | 'plain'): Generator<void, string> {
  if (isHtmlDocument(markdown)) return yield* htmlText(markdown);
  const document = parseBlocks(withoutStyles(markdown));
  let read = 0;
  for (const token of document.tokens) {
    parseInline(token);
    read += token.content.length;
    if (read < CHARACTERS_PER_STEP) continue;
    yield;
    read = 0;
  }
  const style = format === 'weChat' ? WECHAT : PLAIN;
  return yield* renderBlocks(document, { ...style, evidence: evidenceOf(document.tokens) });
}
