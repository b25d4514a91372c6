import { Lazy } from '../../../bot/lazy';

test('A part is made when it is first needed, once, and not by whoever only asks whether it is there', () => {
  const make = jest.fn(() => ({}));
  const lazy = new Lazy(make);
  expect([lazy.ifMade, make.mock.calls.length]).toEqual([undefined, 0]);
  const part = lazy.get();
  expect(lazy.get()).toBe(part);
  expect(lazy.ifMade).toBe(part);
  expect(make).toHaveBeenCalledTimes(1);
});
