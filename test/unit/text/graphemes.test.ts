import { codePointBoundaries, graphemeBoundaries, graphemesOf } from '../../../text/graphemes';

const FAMILY = '👨‍👩‍👧‍👦';

describe('graphemeBoundaries', () => {
  it('is the same in pieces as at once', () => {
    const text = `${FAMILY}x${'🇨🇳'.repeat(3)}e\u0301`.repeat(300);
    const all = [...new Intl.Segmenter().segment(text)].map(({ index }) => index).slice(1);
    expect(graphemeBoundaries(text, 0, text.length)).toEqual(all);
  });

  it('finds the end of a grapheme that is longer than a piece', () => {
    const long = `a${'\u0301'.repeat(5000)}`;
    expect(graphemeBoundaries(`${long}b`, 0, long.length + 1)).toEqual([long.length]);
  });
});

describe('codePointBoundaries', () => {
  it('keeps surrogate pairs, and takes a lone surrogate for a character', () => {
    expect(codePointBoundaries('x😀\ud800y', 0, 5)).toEqual([1, 3, 4]);
    expect(codePointBoundaries('x😀y', 1, 4)).toEqual([3]);
  });
});

describe('graphemesOf', () => {
  it('knows the boundaries of a line', () => {
    const isBoundary = graphemesOf(`a中${FAMILY}。\r`);
    expect([0, 1, 2, 3, 4, 13, 14, 15].map(isBoundary)).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('does not part a space from the mark that follows it', () => {
    expect(graphemesOf('a \u0301b')(2)).toBe(false);
  });
});
