import { graphemesOf, segmentBoundaries } from './graphemes';

/** A place inside one line where it may be cut; what lies between `end` and `next` is white space. */
export interface LineCut {
  end: number;
  next: number;
  kind: 'sentence' | 'word' | 'inside';
}

/** Scripts that put no space between words, with the full-width punctuation of their texts. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}' +
  '\\p{Script=Myanmar}\\u3001-\\u303f\\uff01-\\uff60';
const UNSPACED_RUN = new RegExp(`[${UNSPACED}]+`, 'gu');
const UNSPACED_CHARACTER = new RegExp(`^[${UNSPACED}]`, 'u');
const WHITE_SPACE = /\s+/g;
/** What may not begin a part, and what may not end one (the rules that typesetters call kinsoku). */
const NEVER_FIRST = /^[、。，．！？；：）」』】》〉］｝〕〗”’…—·～,.!?;:)\]}%"'*_~`ー々゛゜]/;
const NEVER_LAST = /[（「『【《〈［｛〔〖“‘([{$¥￥#@*_~`\\]$/;
const SENTENCE_END = /[。！？；｡!?;.…]["'”’』」）)\]】》*_~`]{0,4}$/;
/** A bare address, or a Markdown link or image. Lengths are bounded so that a hostile text cannot make this quadratic. */
const LINK =
  /https?:\/\/[^\s<>"，。！？；、）】」』》]{1,4000}|!?\[[^[\]\n]{0,500}\]\((?:[^()\s]|\([^()\s]{0,500}\)){0,4000}(?: "[^"\n]{0,300}")?\)/gi;
/** Made when it is first needed, as in graphemes.ts. */
let words: Intl.Segmenter | undefined;

/**
 * Where a line may be cut: at white space, between the words of scripts that write none, and after their sentences.
 * Places inside a link are marked `inside`. No place lies inside a grapheme.
 *
 * @returns the places in order; offsets count from the start of the line
 */
export function lineCuts(line: string): LineCut[] {
  const isBoundary = graphemesOf(line);
  const cuts = [...spaces(line), ...unspaced(line)]
    .filter(({ end, next }) => end > 0 && next < line.length && isBoundary(end) && isBoundary(next))
    .sort((a, b) => a.end - b.end || a.next - b.next);
  markLinks(line, cuts);
  return cuts;
}

function* spaces(line: string): Iterable<LineCut> {
  for (const { index, 0: space } of line.matchAll(WHITE_SPACE)) {
    yield { end: index, next: index + space.length, kind: kindAt(line, index) };
  }
}

function* unspaced(line: string): Iterable<LineCut> {
  for (const { index: start, 0: run } of line.matchAll(UNSPACED_RUN)) {
    if (mayPart(line, start)) yield at(line, start);
    words ??= new Intl.Segmenter('zh', { granularity: 'word' });
    for (const offset of segmentBoundaries(words, line, start, start + run.length)) {
      if (mayPart(line, offset)) yield at(line, offset);
    }
    if (mayPart(line, start + run.length)) yield at(line, start + run.length);
  }
}

const at = (line: string, offset: number): LineCut => ({
  end: offset,
  next: offset,
  kind: kindAt(line, offset),
});

function mayPart(line: string, offset: number): boolean {
  const before = line.slice(Math.max(0, offset - 2), offset);
  const after = line.slice(offset, offset + 2);
  if (before === '' || after === '' || /\s$/.test(before) || /^\s/.test(after)) return false;
  if (NEVER_LAST.test(before) || NEVER_FIRST.test(after)) return false;
  const last = before.codePointAt(0) ?? 0;
  const character = last > 0xffff ? before : before.slice(-1);
  return UNSPACED_CHARACTER.test(character) || UNSPACED_CHARACTER.test(after);
}

function kindAt(line: string, offset: number): 'sentence' | 'word' {
  return SENTENCE_END.test(line.slice(Math.max(0, offset - 6), offset)) ? 'sentence' : 'word';
}

function markLinks(line: string, cuts: LineCut[]): void {
  let index = 0;
  for (const { index: from, 0: link } of line.matchAll(LINK)) {
    while (index < cuts.length && (cuts[index]?.next ?? 0) <= from) index += 1;
    for (; index < cuts.length; index += 1) {
      const cut = cuts[index];
      if (cut === undefined || cut.end >= from + link.length) break;
      cut.kind = 'inside';
    }
  }
}
