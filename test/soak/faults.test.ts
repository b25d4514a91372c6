import { seededRandom } from '../support/seeded-random';
import { troublesFor } from './faults';

const many = (share: number, lostThenRefused: boolean) => {
  const random = seededRandom(1);
  return Array.from({ length: 2_000 }, () => troublesFor(1, random, share, lostThenRefused));
};
/** The server has the message, and the sender gets no answer of it. */
const isLost = ({ process = false, drop = '', body = '' }): boolean =>
  drop === 'after' || body === 'truncated' || (process && !body.startsWith('{'));
const saysNo = ({ ret = 0, errcode = 0, status = 0 }): boolean =>
  ret < 0 || errcode < 0 || (status >= 400 && status < 500);

test('as many messages meet trouble as are meant to', () => {
  expect(many(0, true).flat()).toEqual([]);
  const troubled = many(0.3, true).filter((plan) => plan.length > 0).length;
  expect(troubled).toBeGreaterThan(400);
  expect(troubled).toBeLessThan(600);
});

test('replies get lost up to more often than a sender tries, and are refused afterwards only where that is asked for', () => {
  const refusedAfterwards = (lostThenRefused: boolean): number =>
    many(1, lostThenRefused).filter((plan) => {
      const first = plan.findIndex(isLost);
      return first >= 0 && plan.slice(first + 1).some(saysNo);
    }).length;
  expect(refusedAfterwards(true)).toBeGreaterThan(50);
  expect(refusedAfterwards(false)).toBe(0);
  expect(Math.max(...many(1, true).map((plan) => plan.length))).toBe(5);
});

test('no message is refused because of another one whose reply got lost at the same time', () => {
  const random = seededRandom(1);
  for (let time = 0; time < 500; time++) {
    const plan = troublesFor(5, random, 0.5, false);
    expect(plan.some(isLost) && plan.some(saysNo)).toBe(false);
  }
});
