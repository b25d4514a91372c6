import { EmulatorClock } from '../../../emulator/clock';

describe('EmulatorClock', () => {
  const frozen = () => new EmulatorClock(() => 1000);

  it('reads real time plus what it was advanced by', () => {
    const clock = frozen();
    clock.advance(500);
    clock.advance(250);
    expect(clock.now()).toBe(1750);
  });

  it('rings every alarm that became due before advance returns, in the order of their times', () => {
    const clock = frozen();
    const rung: string[] = [];
    clock.in(200, () => rung.push('second'));
    clock.in(100, () => rung.push('first'));
    clock.in(301, () => rung.push('too late'));
    clock.advance(300);
    expect(rung).toEqual(['first', 'second']);
    clock.stop();
  });

  it('rings an alarm only once', () => {
    const clock = frozen();
    let rung = 0;
    clock.in(10, () => (rung += 1));
    clock.advance(10);
    clock.advance(10);
    expect(rung).toBe(1);
  });

  it('lets an alarm cancel another one that is due at the same time', () => {
    const clock = frozen();
    const rung: string[] = [];
    let cancelSecond = () => {};
    clock.in(1, () => {
      rung.push('first');
      cancelSecond();
    });
    cancelSecond = clock.in(2, () => rung.push('second'));
    clock.advance(5);
    expect(rung).toEqual(['first']);
  });

  it.each([
    ['by itself', 5, 0],
    ['sooner after it was advanced most of the way', 86_400_000, 86_400_000 - 5],
  ])('rings when real time gets there, %s', async (_name, delayMs, advanceMs) => {
    const clock = new EmulatorClock();
    // The clock's timers do not keep a process alive, so something else has to.
    const alive = setInterval(() => {}, 1000);
    await new Promise<void>((resolve) => {
      clock.in(delayMs, resolve);
      clock.advance(advanceMs);
    });
    clearInterval(alive);
  });

  it('takes an alarm beyond the longest timer of Node', () => {
    const clock = frozen();
    let rung = false;
    clock.in(2 ** 31 + 10, () => (rung = true));
    clock.advance(2 ** 31);
    expect(rung).toBe(false);
    clock.advance(10);
    expect(rung).toBe(true);
  });

  it.each([-1, NaN, Infinity])('refuses to be moved by %p', (ms) => {
    expect(() => frozen().advance(ms)).toThrow(RangeError);
  });
});
