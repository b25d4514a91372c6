import { createHash } from 'node:crypto';

import type { Json, JsonObject } from './json';

/**
 * The part of a message that was quoted. `start` and `end` are its first and last characters, and the indexes say which of
 * their occurrences are meant, counted from 0. Whether `endindex` counts from the beginning of the message or from the start
 * of the part is not the same for all phones: `quotemd5`, the MD5 of the part, tells where it is given; without it the
 * message counts. (From Tencent's client.)
 *
 * @param text the whole message
 * @param partial `partial_text` of the quote as it came
 * @returns nothing when the part cannot be found, for example because it is another message
 */
export function quotedPart(text: string, partial: JsonObject): string | undefined {
  const { start, end, quotemd5 } = partial;
  if (!isText(start) || !isText(end)) return undefined;
  const from = occurrence(text, start, partial.startindex, 0);
  if (from === undefined) return undefined;
  const ends = [
    occurrence(text, end, partial.endindex, 0),
    occurrence(text, end, partial.endindex, from + start.length),
  ];
  // Start and end overlap where the part is short.
  const parts = ends
    .filter((at): at is number => at !== undefined && at >= from)
    .map((at) => text.slice(from, at + end.length));
  return isText(quotemd5) ? parts.find((part) => md5(part) === quotemd5.toLowerCase()) : parts[0];
}

/** Where the occurrence with this number begins; nothing when there are not so many. */
function occurrence(text: string, wanted: string, index: Json | undefined, from: number): number | undefined {
  const number = Number(index ?? 0);
  if (!Number.isInteger(number) || number < 0) return undefined;
  let at = text.indexOf(wanted, from);
  for (let passed = 0; passed < number && at >= 0; passed++) at = text.indexOf(wanted, at + wanted.length);
  return at < 0 ? undefined : at;
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}
