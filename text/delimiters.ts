import type { InlineState, InlineStateClass, Token } from './tokens';

type Scanned = ReturnType<InlineState['scanDelims']>;

/** Chinese, Japanese and Korean letters and punctuation. */
export const CJK = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]/u;

/** A letter or digit of a script that writes words apart: between two of these an asterisk is a sign, as in `10*20*30cm`. */
const WORD = /[A-Za-z0-9]/;
const LETTER = /[\p{L}\p{N}]/u;
/** Nobody emphasizes something that begins or ends with one of these, but paths, comments of code and formulas are full of them. */
const NEVER_FIRST = /[\s/\\,;:!?)\]}=>|&%、。，．！？；：）」』】》〉”’]/;
const NEVER_LAST = /[\s/\\([{=<|&（「『【《〈“‘]/;
/** Before the beginning of emphasis, or behind its end, these say that it is a path, a formula or code. */
const NEVER_BEFORE = /[/\\=+<|&%^$#@)\]}]/;
const NEVER_AFTER = /[/\\=+<|&%^$#@([{]/;
/** Words of Chinese that stand before or behind what is emphasized, and hardly ever next to a sign of multiplication. */
const LEADS_IN = /[是的了在和与或请将把被要不很也都就会能需应为对从到有这那叫用给让]/;
const LEADS_ON = /[的地得了是和与或吗呢吧啊也都就会能在等及]/;
const CLAUSE_END = /[，。；！？、,.;!?\n]/;
/** The beginning of a word that is a path or a formula: an underscore in it is part of a name. */
const PATH = /[/\\]\S*$/;
/** The beginning of a pattern, a path or a formula: one asterisk in it is a sign. Chinese is written behind a slash without a space. */
const PATTERN = /\\\S*$/;
const MAX_WORD = 200;
const NATURAL_WORD = /^(?:[A-Z]?[a-z]+|[A-Z]+)$/;

/**
 * CommonMark does not see the end of emphasis in `**注意：**请`, as punctuation stands before the asterisks and no space
 * after them, and Chinese has no spaces. Next to Chinese, only white space decides. And it sees emphasis where people
 * multiply, name files or comment code.
 *
 * @param Base the state that markdown-it's own parser reads with
 */
export function chatInlineState(Base: InlineStateClass): InlineStateClass {
  return class ChatInlineState extends Base {
    override scanDelims(start: number, canSplitWord: boolean): Scanned {
      const found = super.scanDelims(start, canSplitWord);
      const before = this.src.slice(Math.max(0, start - 1), start);
      const after = this.src.slice(start + found.length, start + found.length + 2);
      if (canSplitWord && WORD.test(before) && WORD.test(after.charAt(0)))
        return { ...found, can_open: false, can_close: false };
      const chinese = canSplitWord ? nextToChinese(found, before, after.charAt(0)) : found;
      return {
        ...found,
        can_open: chinese.can_open && mayOpen(before, after, found.length),
        can_close: chinese.can_close && mayClose(before, after),
      };
    }
  };
}

function nextToChinese(found: Scanned, before: string, after: string): Scanned {
  if (!CJK.test(before) && !CJK.test(after)) return found;
  const isSpace = (character: string): boolean => character === '' || /\s/.test(character);
  return { ...found, can_open: !isSpace(after), can_close: !isSpace(before) };
}

function mayOpen(before: string, after: string, length: number): boolean {
  const first = after.charAt(0);
  // A dot begins `*.log`; in bold it begins the name of a hidden file.
  return !NEVER_FIRST.test(first) && !(length === 1 && first === '.') && !NEVER_BEFORE.test(before);
}

function mayClose(before: string, after: string): boolean {
  const isName = /^\.[A-Za-z0-9{]/.test(after);
  return !NEVER_LAST.test(before) && !isName && !NEVER_AFTER.test(after.charAt(0));
}

/**
 * Finds emphasis that is none: signs of multiplication between Chinese words (`长*宽*高`), and names that begin and end with
 * underscores (`__init__`, `_my_id_`). Where it is not certain, the signs count as content: shown, they harm less than lost.
 *
 * @param children of an `inline` token; `meta` of a delimiter is its offset
 * @returns the tokens whose signs are content
 */
export function contentDelimiters(children: readonly Token[], source: string): Set<Token> {
  const content = new Set<Token>();
  const open: Token[] = [];
  for (const token of children) {
    if (/^(?:em|strong)_open$/.test(token.type)) open.push(token);
    if (!/^(?:em|strong)_close$/.test(token.type)) continue;
    const start = open.pop();
    if (start !== undefined && isContent(start, token, source)) content.add(start).add(token);
  }
  return content;
}

function isContent(open: Token, close: Token, source: string): boolean {
  const [from, to] = [open.meta as number, close.meta as number];
  const inner = source.slice(from + 1, to);
  if (isInPath(open, source) || isFace(open, inner)) return true;
  if (isQuoted(open, source.charAt(from - 1), source.charAt(to + 1))) return true;
  if (open.markup === '__') return /^[\w.]+$/.test(inner);
  if (open.markup.length === 1 && (/[\n\\;=＝<>]/.test(inner) || !isBalanced(inner))) return true;
  if (open.markup === '*') return isProduct(source, from, to);
  return open.markup === '_' && /^[\w.]+$/.test(inner) && !NATURAL_WORD.test(inner);
}

/** Whether a word that has a slash or a backslash goes on with the signs: `C:\\data-_new_`, `logs/(_old_)`. */
function isInPath({ markup, meta }: Token, source: string): boolean {
  const at = meta as number;
  const before = source.slice(Math.max(0, at - MAX_WORD), at);
  if (markup.startsWith('_')) return PATH.test(before);
  return markup === '*' && PATTERN.test(before);
}

/** Signs without a word are a face: `*^_^*`, `_(:з」∠)_`. One letter may be emphasized. */
function isFace({ markup }: Token, inner: string): boolean {
  return (
    markup.length === 1 && inner.length > 1 && !/[\p{L}\p{N}]{2}/u.test(inner) && /[\p{S}:_]/u.test(inner)
  );
}

/** `"_id"` and `"_id_"` are values of code. */
function isQuoted({ markup }: Token, before: string, after: string): boolean {
  return markup === '_' && before === after && /["'`]/.test(before);
}

/** Nobody emphasizes half of a bracket: `f(*args)` and `g(*more)` are two things of code, and nothing between them is emphasized. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (/[([{（]/.test(character)) depth += 1;
    if (/[)\]}）]/.test(character) && (depth -= 1) < 0) return false;
  }
  return depth === 0;
}

/** Whether words stand on all four sides of two asterisks: `单价*数量*折扣`, but not `这是*完整*的步骤`. */
function isProduct(source: string, from: number, to: number): boolean {
  const outer = [source.slice(Math.max(0, from - 1), from), source.charAt(to + 1)] as const;
  const sides = [...outer, source.charAt(from + 1), source.charAt(to - 1)];
  if (!sides.every((side) => LETTER.test(side))) return false;
  const before =
    source
      .slice(Math.max(0, from - 100), from)
      .split(CLAUSE_END)
      .at(-1) ?? '';
  const after = source.slice(to, to + 100).split(CLAUSE_END, 1)[0] ?? '';
  const isFormula = /[=＝]/.test(before + after);
  return isFormula || !(LEADS_IN.test(outer[0]) || LEADS_ON.test(outer[1]));
}
