import fc from 'fast-check';

import { nearestNumber, numberOr, readNumber } from '../../../../../nodes/WeChat/shared/number';

describe('readNumber', () => {
  it.each([
    [7, {}, 7],
    ['7', {}, 7],
    [' 0.5 ', {}, 0.5],
    [-1, {}, -1],
    [1, { least: 1, most: 10 }, 1],
    ['10', { least: 1, most: 10 }, 10],
    [0.1, { above: 0 }, 0.1],
    [3, { isWhole: true }, 3],
    [2, { least: 1, unit: 60_000 }, 120_000],
  ])('%j by %j is %d', (value, rule, number) => {
    expect(readNumber(value, rule)).toBe(number);
  });

  it.each(['', ' ', 'many', '7 days', NaN, Infinity, true, null, undefined, [7], { a: 1 }, new Date(0)])(
    '%j is none',
    (value) => {
      expect(readNumber(value, { least: 1 })).toEqual({ code: 'not_a_number', facts: { least: 1 } });
    },
  );

  it('says which bounds a number is out of, and what would be nearest, in the unit that is wanted', () => {
    const rule = { least: 1, most: 10, unit: 1_000 };
    const facts = { least: 1, most: 10 };
    expect(readNumber(0, rule)).toEqual({ code: 'out_of_range', facts: { ...facts, nearest: 1_000 } });
    expect(readNumber('11', rule)).toEqual({ code: 'out_of_range', facts: { ...facts, nearest: 10_000 } });
    expect(readNumber(0, { above: 0 })).toEqual({ code: 'out_of_range', facts: { above: 0 } });
  });

  it('says that a number is not whole', () => {
    expect(readNumber(1.5, { isWhole: true, least: 1 })).toEqual({
      code: 'not_whole',
      facts: { isWhole: true, least: 1 },
    });
  });
});

describe('numberOr', () => {
  it('takes the default for what is not there, is no number or is out of range', () => {
    const hours = { least: 1, unit: 3_600_000 };
    expect([undefined, null, 'x', 0].map((value) => numberOr(value, 2, hours))).toEqual(
      Array(4).fill(7_200_000),
    );
    expect(numberOr(3, 2, hours)).toBe(10_800_000);
  });
});

describe('nearestNumber', () => {
  it('takes the nearest for a number that is out of range, and the default for what is none', () => {
    const rule = { least: 1, most: 10 };
    expect([0, 5, 11, 'x', undefined].map((value) => nearestNumber(value, 3, rule))).toEqual([
      1, 5, 10, 3, 3,
    ]);
  });

  it('never gives what the rule does not allow', () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer({ min: 0, max: 9 }), (value, least) => {
        const number = nearestNumber(value, least, { least, most: 10 });
        expect(number >= least && number <= 10).toBe(true);
      }),
    );
  });
});
