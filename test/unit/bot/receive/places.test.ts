import { Places } from '../../../../bot/receive/places';
import { FakeClock } from '../../../support/fake-clock';

describe('Places', () => {
  let clock: FakeClock;
  let places: Places;
  let freed: string[];
  const take = (userId: string, forMs?: number): (() => void) =>
    places.take(userId, forMs, () => freed.push(userId));

  beforeEach(() => {
    clock = new FakeClock();
    places = new Places(clock);
    freed = [];
  });

  it('are full when as many are taken as the limit says', () => {
    expect(places.isFull(1)).toBe(false);
    const free = take('a');
    expect([places.isFull(1), places.isFull(2)]).toEqual([true, false]);
    free();
    expect(places.isFull(1)).toBe(false);
  });

  it('are for one user half of them at the most, and at least one', () => {
    expect(places.hasEnough('a', 1)).toBe(false);
    take('a');
    expect([places.hasEnough('a', 3), places.hasEnough('a', 4), places.hasEnough('b', 3)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are free again after their time, once, whatever comes later', async () => {
    const free = take('a', 1_000);
    await clock.advance(999);
    expect([places.isFull(1), freed]).toEqual([true, []]);
    await clock.advance(1);
    free();
    expect([places.isFull(1), places.hasEnough('a', 2), freed]).toEqual([false, false, ['a']]);
  });

  it('leave no timer behind when they are given back in time', () => {
    take('a', 1_000)();
    expect([freed, clock.pending]).toEqual([['a'], 0]);
  });
});
