import { findFences } from './fences';

/** A quote, an item of a list, or a row of a table: the line below it would become a part of it. */
const GOES_ON = /^\s*(?:>|[-*+•]\s|\d{1,9}[.)]\s)|\|/;

/** Puts a part of a text below the part before it. Neither becomes a piece of a list, a quote or a table of the other. */
export function joinParts(before: string, after: string): string {
  const [last, first] = [before.slice(before.lastIndexOf('\n') + 1), after.split('\n', 1)[0] ?? ''];
  const fence = findFences(before).at(-1);
  const isInCode = fence !== undefined && fence.to === fence.end;
  const needsBlankLine = !isInCode && (GOES_ON.test(last) || GOES_ON.test(first));
  return `${before}${needsBlankLine ? '\n\n' : '\n'}${after}`;
}

/** Closes the code block that is open at the end of a text, so that what comes below is none of it. */
export function closeFence(text: string): string {
  const fence = findFences(text).at(-1);
  if (fence === undefined || fence.to !== fence.end) return text;
  // A line feed at the end of the text is the end of a line of code.
  return text.replace(/\n$/, '') + fence.close;
}
