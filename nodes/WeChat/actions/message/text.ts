import { forWeChat, toPlain } from '../../../../ilink/text/markdown';
import { splitText } from '../../../../ilink/text/split';

/** What to do with Markdown: keep what phones render, turn all of it into plain text, or change nothing. */
export type TextFormat = 'weChat' | 'plain' | 'asIs';

/** What the server takes at most in one message. */
const MAX_BYTES = 16_384;

const FORMATS: Record<TextFormat, (text: string) => string> = {
  weChat: forWeChat,
  plain: toPlain,
  asIs: (text) => text,
};

/** The messages that a text is sent as, in their order; at least one. */
export function prepareText(
  text: string,
  { format, maxCharacters }: { format: TextFormat; maxCharacters: number },
): string[] {
  const formatted = FORMATS[format](text);
  // Markup alone, such as a comment of HTML, leaves nothing. Something has to arrive.
  const readable = formatted.trim() === '' ? text : formatted;
  return splitText(readable, { maxCharacters, maxBytes: MAX_BYTES });
}
