import * as fc from 'fast-check';

import { fairShare } from '../../../store/shares';

describe('A fair share', () => {
  it('is as much as anybody wants while there is enough for all', () => {
    expect(fairShare([5, 10, 85], 100)).toBe(Infinity);
    expect(fairShare([], 100)).toBe(Infinity);
  });

  it('takes from the one who has the most, and nothing from the others', () => {
    expect(fairShare([1_000, 2_000, 1_000_000], 100_000)).toBe(97_000);
  });

  it('is the same for all who have more than it', () => {
    expect(fairShare([1_000, 500_000, 800_000], 100_000)).toBe(49_500);
  });

  it('is never less than a thousand, however many there are: who has that few loses nothing', () => {
    expect(
      fairShare(
        Array.from({ length: 1_000 }, () => 1_500),
        100_000,
      ),
    ).toBe(1_000);
    expect(fairShare([2, 7], 4)).toBe(4);
  });

  it('holds for whatever anybody has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2_000_000), { maxLength: 50 }),
        fc.integer({ min: 50_000, max: 2_000_000 }),
        (counts, most) => {
          const share = fairShare(counts, most);
          const left = counts.map((count) => Math.min(count, share));
          const all = left.reduce((sum, count) => sum + count, 0);
          expect(all).toBeLessThanOrEqual(most);
          if (share !== Infinity) expect(all).toBeGreaterThan(most - counts.length);
        },
      ),
    );
  });
});
