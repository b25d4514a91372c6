import type { InlineStyle } from './inline';

/**
 * Finds in a line of the source the part that a block has as its content.
 *
 * @returns what stands around it: indentation, list markers and quote signs before, white space after
 */
export function frameOf(line: string, content: string): { before: string; after: string } {
  const text = content.replace(/^[ \t]+/, '');
  const start = Math.max(0, line.lastIndexOf(text));
  return { before: line.slice(0, start), after: line.slice(start + text.length) };
}

/** What has to stand before the second line of a block, given what stands before its first: a list marker is not repeated. */
export function outerPrefix(before: string): string {
  return before.replace(/[^\s>]/g, ' ');
}

/**
 * Renders what stands before a block. In plain text, quotes have no sign. A sign without a space behind it is no quote:
 * `>100 mg`, or the `>>>` of a Python shell.
 */
export function prefix(before: string, { markup }: InlineStyle): string {
  return markup ? before : before.replace(/(?<!>)>[ \t]/g, '');
}
