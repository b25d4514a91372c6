import { failurePauseMs, idlePauseMs } from '../../../login/pace';

const LEAST = 0;
const MOST = 2 ** 32 - 1;

describe('failurePauseMs', () => {
  it('doubles from a second up to a quarter of a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((failures) => failurePauseMs(failures, MOST))).toEqual([
      1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
  });

  it('is at least half of that', () => {
    expect([1, 50].map((failures) => failurePauseMs(failures, LEAST))).toEqual([500, 7_500]);
  });
});

describe('idlePauseMs', () => {
  it('fills a round up to a second, and adds nothing to a poll that was held', () => {
    expect([0, 400, 1_000, 35_000].map(idlePauseMs)).toEqual([1_000, 600, 0, 0]);
  });

  it('is a second when the clock was set back', () => {
    expect(idlePauseMs(-5_000)).toBe(1_000);
  });
});
