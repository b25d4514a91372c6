import { seededRandom } from '../../support/seeded-random';
import { MOMENTS, planRound } from './plan';

const plans = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => planRound(random));
};

describe('planRound', () => {
  it('gives the same rounds for the same seed, and others for another', () => {
    expect(plans(7, 20)).toEqual(plans(7, 20));
    expect(plans(7, 20)).not.toEqual(plans(8, 20));
  });

  it('kills at every moment within a few rounds', () => {
    expect(new Set(plans(1, 60).map(({ moment }) => moment))).toEqual(new Set(MOMENTS));
  });

  it('always lets 1 to 20 messages come in a second, and 5 to 20 at once in a burst', () => {
    for (const { moment, perSecond, burst } of plans(3, 500)) {
      expect(perSecond).toBeGreaterThanOrEqual(1);
      expect(perSecond).toBeLessThanOrEqual(20);
      expect(burst === 0 || (burst >= 5 && burst <= 20)).toBe(true);
      expect(burst > 0).toBe(moment === 'in a burst');
    }
  });
});
