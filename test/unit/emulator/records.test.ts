import { BoundedList, BoundedMap } from '../../../emulator/records';

describe('BoundedList', () => {
  it('keeps at least the last entries of its limit and less than twice as many', () => {
    const list = new BoundedList<number>(10);
    const array = list.entries;
    for (let entry = 0; entry < 1000; entry += 1) {
      list.push(entry);
      expect(list.entries.length).toBeLessThan(20);
      expect(list.entries.slice(-10)).toEqual(
        Array.from({ length: 10 }, (_, at) => entry - 9 + at).filter((value) => value >= 0),
      );
    }
    expect(list.entries).toBe(array);
  });
});

describe('BoundedMap', () => {
  it('forgets the oldest key first', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, 2, 3]);
  });

  it('does not count a key twice that is set again', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('a', 2);
    map.set('b', 3);
    expect(map.get('a')).toBe(2);
  });
});
