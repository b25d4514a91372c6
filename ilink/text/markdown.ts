import { renderBlocks } from './blocks';
import type { InlineStyle } from './inline';
import { parseMarkdown } from './parser';

const WECHAT: InlineStyle = { markup: true, bold: true };
const PLAIN: InlineStyle = { markup: false, bold: false };

/** One pass is nearly always enough. More are needed when what is left, such as `*<b>*`, reads as markup again. */
const MAX_PASSES = 8;

/**
 * Turns Markdown into what phones show well. They render code, bold, headings 1-4, rules, narrow tables, and italics
 * around text that is not Chinese (protocol notes, "Sending"); this stays as it is, and so do lists, quotes,
 * strikethrough, footnotes and link definitions, which are readable. The rest becomes text: `text (address)` for links
 * and images, bold lines for headings 5 and 6, lists of `header: value` for wide tables, ☐ and ☑ for task lists, and what
 * HTML says without its tags.
 *
 * Text without markup comes back unchanged (line ends become line feeds), content is never lost, and
 * `forWeChat(forWeChat(x)) === forWeChat(x)`. Never throws.
 */
export function forWeChat(markdown: string): string {
  let text = render(markdown, WECHAT);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const again = render(text, WECHAT);
    if (again === text) return text;
    text = again;
  }
  // Does not come to rest, so it is no Markdown that anybody wrote. As it is, it is complete.
  return markdown;
}

/** Turns Markdown into text without markup. Lists keep their markers, code its lines, links their address. Never throws. */
export function toPlain(markdown: string): string {
  return render(markdown, PLAIN);
}

function render(markdown: string, style: InlineStyle): string {
  return renderBlocks(parseMarkdown(markdown), style);
}
