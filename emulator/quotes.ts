import { createHash } from 'node:crypto';
import { PersonError } from './errors';
import type { PersonQuote, SeenMessage } from './types';

/** So many characters of the beginning and of the end name a part. */
const EDGE_CHARS = 8;

/**
 * A quote as the phone sends it. Of a part it sends where the part begins and ends, never the part itself.
 *
 * @param seen the chat, in which the quoted message is looked for when a part of it is quoted
 * @param endFrom what `endindex` is counted from: the whole message, or the end of `start`; both were seen
 * @throws PersonError when the message is not in the chat, or has no such part
 */
export function wireQuote(
  quote: PersonQuote,
  seen: readonly SeenMessage[],
  endFrom: 'message' | 'part',
): object {
  if (!('part' in quote) || quote.part === undefined) return quote;
  const { svr_id, part } = quote;
  const quoted = seen.find(({ message_id }) => message_id === svr_id);
  if (!quoted) throw new PersonError(404, 'The chat has no message with this svr_id');
  const text = quoted.text ?? '';
  const from = text.indexOf(part);
  if (part === '' || from < 0) throw new PersonError(400, 'The message has no such part');
  const start = part.slice(0, EDGE_CHARS);
  const end = part.slice(-EDGE_CHARS);
  const to = from + part.length;
  const base = endFrom === 'message' ? 0 : from + start.length;
  const partial_text = {
    start,
    end,
    startindex: occurrencesBefore(text, start, 0, from),
    endindex: occurrencesBefore(text, end, base, to - end.length),
    quotemd5: createHash('md5').update(part, 'utf8').digest('hex'),
  };
  return { svr_id, partial_text };
}

/** How often `wanted` stands between `from` and `until`, one after the other. */
function occurrencesBefore(text: string, wanted: string, from: number, until: number): number {
  const between = text.slice(from, Math.max(from, until));
  return between.split(wanted).length - 1;
}
