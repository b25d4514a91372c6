import * as fc from 'fast-check';

import { excessOf, fairShare } from '../../../store/shares';

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

describe('excessOf', () => {
  const row = (bot: string, count: number, name = bot) => ({ bot, count, name });
  const excess = (rows: ReturnType<typeof row>[], most: number): Record<string, number> =>
    Object.fromEntries(excessOf(rows, most).map(({ row: { name }, by }) => [name, by]));

  it('is nothing while there is room for all', () => {
    expect(excess([row('a', 3_000), row('b', 4_000)], 10_000)).toEqual({});
  });

  it('is taken from those who have most, and never from those who have little', () => {
    expect(excess([row('flooded', 90_000), row('quiet', 500)], 10_000)).toEqual({ flooded: 80_500 });
  });

  it('is taken within a bot from the subscriber for whom most waits', () => {
    const rows = [row('a', 60_000, 'stands still'), row('a', 2_000, 'goes on'), row('b', 3_000)];
    expect(excess(rows, 20_000)).toEqual({ 'stands still': 45_000 });
  });
});
