import type { Fault } from '../../emulator';
import { seededRandom } from '../support/seeded-random';
import { troublesFor } from './faults';

const many = (share: number) => {
  const random = seededRandom(1);
  return Array.from({ length: 2_000 }, () => troublesFor(1, random, share));
};
/** The server has the message, and the sender gets no answer of it. */
const isLost = ({ process = false, drop = '', body = '' }): boolean =>
  drop === 'after' || body === 'truncated' || (process && !body.startsWith('{'));
const saysNo = ({ ret = 0, errcode = 0, status = 0 }: Partial<Fault>): boolean =>
  Number(ret) < 0 || Number(errcode) < 0 || (status >= 400 && status < 500);

test('as many messages meet trouble as are meant to', () => {
  expect(many(0).flat()).toEqual([]);
  const troubled = many(0.3).filter((plan) => plan.length > 0).length;
  expect(troubled).toBeGreaterThan(400);
  expect(troubled).toBeLessThan(600);
});

test('replies get lost up to more often than a sender tries, and the repeat may be refused', () => {
  const refusedAfterwards = many(1).filter((plan) => {
    const first = plan.findIndex(isLost);
    return first >= 0 && plan.slice(first + 1).some(saysNo);
  });
  expect(refusedAfterwards.length).toBeGreaterThan(50);
  expect(Math.max(...many(1).map((plan) => plan.length))).toBe(5);
});
