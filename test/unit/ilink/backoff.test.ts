import fc from 'fast-check';

import { backoffMs, nextTryMs, spreadMs } from '../../../ilink/backoff';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoffMs', () => {
  it('doubles with every failure, up to the longest', () => {
    const policy = { firstMs: 250, longestMs: 5_000 };
    expect([1, 2, 3, 4, 5, 6, 7].map((failures) => backoffMs(policy, failures))).toEqual([
      250, 500, 1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
  });

  it('stays a number, however often something fails', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), random, (failures, chance) => {
        expect(
          Number.isFinite(backoffMs({ firstMs: 500, jitter: { from: 0.5, to: 1 } }, failures, chance)),
        ).toBe(true);
      }),
    ));

  it('is spread as the policy says', () => {
    const policy = { firstMs: 1_000, longestMs: 60_000, jitter: { from: 0.5, to: 1 } };
    expect(backoffMs(policy, 2, 0)).toBe(1_000);
    expect(backoffMs(policy, 2, 0.5)).toBe(1_500);
    expect(backoffMs(policy, 2, 0.9999)).toBe(2_000);
  });
});

describe('spreadMs', () => {
  it('lies within its bounds', () =>
    fc.assert(
      fc.property(fc.nat(3_600_000), random, (pauseMs, chance) => {
        const spread = spreadMs(pauseMs, { from: 0.9, to: 1.1 }, chance);
        expect(spread).toBeGreaterThanOrEqual(Math.round(0.9 * pauseMs));
        expect(spread).toBeLessThanOrEqual(Math.round(1.1 * pauseMs));
      }),
    ));
});

describe('nextTryMs', () => {
  const policy = { maxTries: 3, firstMs: 500, longestAskedMs: 30_000 };

  it('is the growing pause, until it was tried often enough', () =>
    expect([1, 2, 3, 4].map((tries) => nextTryMs(policy, tries))).toEqual([
      500,
      1_000,
      undefined,
      undefined,
    ]));

  it('is what the server asks for, where that is longer', () => {
    expect(nextTryMs(policy, 1, 2_000)).toBe(2_000);
    expect(nextTryMs(policy, 2, 100)).toBe(1_000);
  });

  it('is none when the server asks for more than is waited', () => {
    expect(nextTryMs(policy, 1, 30_000)).toBe(30_000);
    expect(nextTryMs(policy, 1, 30_001)).toBeUndefined();
    expect(nextTryMs({ maxTries: 2, firstMs: 1 }, 1, 1e9)).toBe(1e9);
  });
});
