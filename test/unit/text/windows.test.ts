import { nextWindow } from '../../../text/windows';

const LIMITS = { maxCharacters: 2000, maxBytes: 16_384 };

describe('nextWindow', () => {
  it('is the whole text where that is short', () => {
    expect(nextWindow('abc', 1, '> ', LIMITS)).toEqual({ text: '> bc', end: 3, isLast: true });
  });

  it('ends between paragraphs if it can, else between lines or words, and never inside of a character', () => {
    for (const unit of ['ab\n\n', 'abc\n', 'abc ']) {
      const text = unit.repeat(20_000);
      const { end, isLast } = nextWindow(text, 0, '', LIMITS);
      expect(isLast).toBe(false);
      expect(text.slice(end, end + 2)).toBe(
        unit
          .repeat(2)
          .slice(unit.indexOf(unit.trim()) + unit.trim().length)
          .slice(0, 2),
      );
    }
    const { end } = nextWindow(`a${'😀'.repeat(40_000)}`, 0, '', LIMITS);
    expect(end % 2).toBe(1);
  });

  it('has room for several messages', () => {
    expect(nextWindow('a'.repeat(100_000), 0, '', { ...LIMITS, maxCharacters: 16_000 }).end).toBe(48_000);
  });
});
