import { findFences } from './fences';

const OTHER_HTML = /<\/(?:a|b|body|center|div|font|h[1-6]|i|li|p|span|strong|table|tbody|td|tr|ul)\s*>/i;
const OPENING = /<(style|script)(?:\s[^<>]{0,1000})?>/gi;

/** Leaves out the styles and scripts of HTML with what is in them, where a text has other HTML too. Code blocks stay. */
export function withoutStyles(text: string): string {
  if (!/<(?:style|script)[\s>]/i.test(text) || !OTHER_HTML.test(text)) return text;
  const fences = findFences(text);
  const lower = text.toLowerCase();
  const pieces: string[] = [];
  let [position, index] = [0, 0];
  for (const { index: start, 1: name = '' } of text.matchAll(OPENING)) {
    while (index < fences.length && (fences[index]?.end ?? 0) <= start) index += 1;
    if (start < position || (fences[index]?.start ?? Infinity) <= start) continue;
    const closing = lower.indexOf(`</${name.toLowerCase()}`, start);
    const end = closing < 0 ? -1 : lower.indexOf('>', closing);
    if (end < 0) break;
    pieces.push(text.slice(position, start));
    position = end + 1;
  }
  return pieces.join('') + text.slice(position);
}
