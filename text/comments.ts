import type { MarkdownDocument } from './parser';

/** A command, a setting or a statement begins so, and a sentence of either language does not, or has nothing of what follows. */
const CODE_START = /^[ \t]*(?:[a-z_$@{}.~]|[A-Z][A-Z0-9_]*=)/;
const CODE_SIGN = /\s-{1,2}\w|\w[/=(_.:]\w|[={};|\\]|\$\w|:\s*$|^\s*\w+:\s/;
/** Few people write headings of the other levels in code, and many in texts. */
const COMMENT_LEVELS = new Set(['#', '#####', '######']);

/**
 * Whether what looks like headings are comments of code: `# install` right above or below a command, without a blank line between. One
 * that is certain speaks for the others.
 */
export function hasComments({ lines, tokens }: MarkdownDocument): boolean {
  return tokens.some(({ type, markup, map }) => {
    if (type !== 'heading_open' || !map || !COMMENT_LEVELS.has(markup)) return false;
    return isCode(lines[map[0] - 1]) || isCode(lines[map[1]]);
  });
}

/** @param markup the signs of a heading */
export function mayBeComment(markup: string): boolean {
  return COMMENT_LEVELS.has(markup);
}

function isCode(line = ''): boolean {
  return CODE_START.test(line) && CODE_SIGN.test(line);
}

/** A line that begins a statement, also behind the prompt of a program. */
const SQL =
  /^(?:\w*>)?[ \t]*(?:SELECT\s|INSERT\s+(?:IGNORE\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s|DELETE\s+FROM\s|(?:CREATE|ALTER|DROP|TRUNCATE|SHOW|DESCRIBE|EXPLAIN)\s|(?:LEFT |INNER )?JOIN\s|FROM\s|WHERE\s|GROUP BY\s|ORDER BY\s)/m;
/** How far from a name the words of its statement are looked for. */
const MAX_STATEMENT = 300;

/**
 * Whether the backticks of inline code are those of a shell or of SQL: the value of a variable, a part of a name, a name in a statement.
 *
 * @param source what the code stands in; its signs are from `from` to `to`
 */
export function isQuotedByCode(source: string, from: number, to: number): boolean {
  const [before, after] = [source.charAt(from - 1), source.charAt(to)];
  const around = source.slice(lineStartFrom(source, from - MAX_STATEMENT), to + MAX_STATEMENT);
  return /[=.$]/.test(before) || (after === '.' && source.charAt(to + 1) === '`') || SQL.test(around);
}

/** The first line that begins at `index` or behind it: a word in the midst of a line begins no statement. */
function lineStartFrom(source: string, index: number): number {
  if (index <= 0) return 0;
  const end = source.indexOf('\n', index - 1);
  return end < 0 ? source.length : end + 1;
}
