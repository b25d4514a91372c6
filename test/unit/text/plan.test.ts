import type { Cut, CutKind } from '../../../text/boundaries';
import { chooseCuts } from '../../../text/plan';

const cut = (offset: number, kind: CutKind = 'word'): Cut => ({ end: offset, next: offset, kind });

function choose(cuts: Cut[], max: number): number[] {
  return chooseCuts(cuts, (from, to) => to.end - from.next <= max, max).map(({ end }) => end);
}

describe('chooseCuts', () => {
  it('makes the fewest parts, and these even', () => {
    const cuts = Array.from({ length: 26 }, (_, index) => cut(index));
    expect(choose(cuts, 10)).toEqual([0, 8, 16, 25]);
  });

  it('prefers a better place to an even length, but not at the price of one more part', () => {
    expect(choose([cut(0), cut(4, 'paragraph'), cut(6), cut(12)], 10)).toEqual([0, 4, 12]);
    expect(choose([cut(0), cut(1, 'paragraph'), cut(6), cut(12)], 10)).toEqual([0, 6, 12]);
  });

  it('prefers a sentence in the middle to a paragraph of almost nothing', () => {
    expect(choose([cut(0), cut(3, 'paragraph'), cut(52, 'sentence'), cut(102)], 100)).toEqual([0, 52, 102]);
  });
});
