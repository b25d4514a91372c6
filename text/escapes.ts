import { parseInline } from './parser';
import type { Token } from './tokens';

/** At the start of a line these would begin a heading, a list or a quote. */
const BLOCK_START = /^[ \t]*(?:\d{1,9})?\\(?:#{1,6}(?=\s|$)|[-+*](?=\s)|[.)](?=\s)|>)/;
/** A word with one of these is a path, a pattern or a formula: in Markdown, a backslash escapes no letter and no digit. */
const NO_MARKDOWN = /\\[A-Za-z0-9\\]|[A-Za-z]:\\|(?<![^\s'"(])\.\.?\\/;
/** Signs that are markup together: each group is tried without its backslashes. */
const GROUPS = [/\*/, /_/, /`/, /~/, /[[\]!]/, /[<>&]/];
const HOLD_BACK = /[*_`~[\]!<>&#+\-.)]/;

/**
 * Finds the backslashes that really escape Markdown: without them, something would be shown in another way. All others are
 * content, as in paths, patterns, formulas and commands of a shell.
 *
 * @param token an `inline` token
 */
export function realEscapes(token: Token): Set<Token> {
  const candidates = (token.children ?? []).filter(
    (special) => isEscape(special) && !NO_MARKDOWN.test(wordAround(token.content, startOf(special))),
  );
  if (candidates.length === 0) return new Set();
  const usual = shape(token);
  const groups = GROUPS.map((sign) => candidates.filter(({ content }) => sign.test(content)));
  const inline = groups.filter((group) => group.length > 0 && shape(bare(token, group)) !== usual).flat();
  return new Set([
    ...inline,
    ...candidates.filter((special) => beginsBlock(token.content, startOf(special))),
  ]);
}

const isEscape = ({ type, info, markup, content }: Token): boolean =>
  type === 'text_special' && info === 'escape' && content !== markup && HOLD_BACK.test(content);

const startOf = ({ meta }: Token): number => (meta as [number, number])[0];

function beginsBlock(content: string, offset: number): boolean {
  const start = content.lastIndexOf('\n', offset) + 1;
  const match = BLOCK_START.exec(content.slice(start, offset + 8));
  return match !== null && content.slice(start, offset).trim() === match[0].replace(/\\.*$/s, '').trim();
}

const MAX_WORD = 200;

function wordAround(content: string, offset: number): string {
  const before = content.slice(Math.max(0, offset - MAX_WORD), offset);
  const after = content.slice(offset, offset + MAX_WORD);
  return before.slice(before.search(/\S*$/)) + (/^\S*/.exec(after)?.[0] ?? '');
}

/** The same text without these backslashes. */
function bare(token: Token, escapes: readonly Token[]): Token {
  const pieces: string[] = [];
  let position = 0;
  for (const escape of escapes) {
    pieces.push(token.content.slice(position, startOf(escape)));
    position = startOf(escape) + 1;
  }
  const content = pieces.join('') + token.content.slice(position);
  const copy: Token = Object.assign(Object.create(Object.getPrototypeOf(token) as object) as Token, token, {
    content,
  });
  parseInline(copy);
  return copy;
}

/** Which markup a text has, in its order. */
function shape({ children }: Token): string {
  const markup = (children ?? []).filter(({ type }) => !/^text|break$/.test(type));
  return markup.map(({ type }) => type).join(' ');
}
