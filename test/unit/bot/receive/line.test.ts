import fc from 'fast-check';

import { Line } from '../../../../bot/receive/line';

describe('Line', () => {
  it('does what an array does, whatever comes and goes', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ push: fc.integer({ min: 0, max: 99 }) }) },
      { weight: 4, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.record({ insert: fc.integer({ min: 0, max: 99 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const line = new Line<number>();
        const array: number[] = [];
        for (const one of steps) {
          if (one === 'shift') expect(line.shift()).toBe(array.shift());
          else if ('push' in one) {
            line.push(one.push);
            array.push(one.push);
          } else {
            const { insert } = one;
            line.insert(insert, (other) => other > insert);
            const at = array.findIndex((other) => other > insert);
            array.splice(at === -1 ? array.length : at, 0, insert);
          }
          expect([line.length, line.first, line.last]).toEqual([array.length, array[0], array.at(-1)]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps nothing of what was taken out', () => {
    const line = new Line<number>();
    for (let i = 0; i < 10_000; i++) {
      line.push(i);
      expect(line.shift()).toBe(i);
    }
    expect(line.length).toBe(0);
    expect(JSON.stringify(line).length).toBeLessThan(1_000);
  });
});
