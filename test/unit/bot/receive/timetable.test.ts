import fc from 'fast-check';

import { Timetable } from '../../../../bot/receive/timetable';

describe('Timetable', () => {
  it('gives what is due in the order of the times, and of two with one time the first one first', () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ due: fc.integer({ min: 0, max: 30 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const timetable = new Timetable<number>();
        let model: Array<{ at: number; item: number }> = [];
        steps.forEach((one, item) => {
          if ('add' in one) {
            timetable.add(one.add, item);
            model.push({ at: one.add, item });
          } else {
            const due = model
              .filter(({ at }) => at <= one.due)
              .sort((a, b) => a.at - b.at || a.item - b.item);
            expect(timetable.takeDue(one.due)).toEqual(due.map(({ item: each }) => each));
            model = model.filter(({ at }) => at > one.due);
          }
          const times = model.map(({ at }) => at);
          expect(timetable.nextAt).toBe(times.length === 0 ? undefined : Math.min(...times));
        });
      }),
      { numRuns: 300 },
    );
  });
});
