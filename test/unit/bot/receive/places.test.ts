import { Places } from '../../../../bot/receive/places';

describe('Places', () => {
  let places: Places;

  beforeEach(() => {
    places = new Places();
  });

  it('are full when as many are taken as may be under way', () => {
    expect(places.isFull(1)).toBe(false);
    const place = places.take('a', Infinity);
    expect([places.isFull(1), places.isFull(2)]).toEqual([true, false]);
    places.free(place);
    expect(places.isFull(1)).toBe(false);
  });

  it('are for one user half of them at the most, and at least one', () => {
    expect(places.hasEnough('a', 1)).toBe(false);
    places.take('a', Infinity);
    expect([places.hasEnough('a', 3), places.hasEnough('a', 4), places.hasEnough('b', 3)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are free again after their time, once, whatever comes later', () => {
    const place = places.take('a', 1_000);
    expect([places.freeDue(999), places.isFull(1), places.nextFreeAt]).toEqual([[], true, 1_000]);
    expect(places.freeDue(1_000)).toEqual([place]);
    expect([places.free(place), places.isFull(1), places.hasEnough('a', 2), places.nextFreeAt]).toEqual([
      false,
      false,
      false,
      undefined,
    ]);
  });

  it('become free in their order, also when all of them are to end sooner', () => {
    const [first, second] = [places.take('a', 1_000), places.take('b', Infinity)];
    places.endBy(5_000);
    const third = places.take('c', 6_000);
    expect(places.freeDue(4_999)).toEqual([first]);
    expect(places.freeDue(5_000)).toEqual([second]);
    expect(places.freeDue(6_000)).toEqual([third]);
  });
});
