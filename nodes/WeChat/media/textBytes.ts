/** What a text is, where its first words tell. */
export type TextKind = 'plain' | 'html' | 'svg' | 'script';

/** So long a beginning without a control character is no chance: of other bytes one in nine is one. */
const CERTAIN_BYTES = 64;
/** Control characters that no text has. Tab, line breaks, form feed, backspace and escape do occur. */
const CONTROL = /[\u0000-\u0007\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/**
 * Whether a file is a text, in UTF-8, UTF-16 with its mark, GB 18030 or another charset, and of what kind.
 *
 * @param head its first bytes, which may end within a letter
 * @returns nothing when it is something else, or empty
 */
export function textKindOf(head: Buffer): TextKind | undefined {
  const text = textOf(head);
  if (text === undefined) return undefined;
  const start = text
    .replace(/^\ufeff/, '')
    .replace(/^(?:\s+|<\?xml[^>]*>|<!--[\s\S]*?-->|<!doctype svg[^>]*>)+/i, '')
    .slice(0, 200);
  if (/^<svg[\s>/]/i.test(start)) return 'svg';
  if (/^(?:<\?php|<\?=|<%|#!)/i.test(start)) return 'script';
  return /^<(?:!doctype html|html|head|body|title|meta|script)[\s>/]/i.test(start) ? 'html' : 'plain';
}

function textOf(head: Buffer): string | undefined {
  if (head.length === 0) return undefined;
  const mark =
    head[0] === 0xff && head[1] === 0xfe
      ? 'utf-16le'
      : head[0] === 0xfe && head[1] === 0xff
        ? 'utf-16be'
        : '';
  if (mark) return decoded(head, mark);
  const utf8 = decoded(head, 'utf-8');
  if (utf8 !== undefined) return utf8;
  return decoded(head, 'gb18030') ?? (head.length >= CERTAIN_BYTES ? decoded(head, 'latin1') : undefined);
}

/** Nothing when it is no text in this charset. A letter that is cut off at the end does not count. */
function decoded(head: Buffer, charset: string): string | undefined {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(head, { stream: true });
    return CONTROL.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
