import { PageRates, RateLimiter } from '../../../login/rates';
import { FakeClock } from '../../support/fake-clock';

/** How many of `count` requests are let through at this moment. */
const through = (take: () => number, count: number): number =>
  Array.from({ length: count }, take).filter((waitMs) => waitMs === 0).length;

describe('RateLimiter', () => {
  it('lets a burst through, then so many per second, and says when to come again', async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(clock, { burst: 5, perSecond: 2 });
    expect(through(() => limiter.take('a'), 100)).toBe(5);
    expect(limiter.take('a')).toBe(500);
    await clock.advance(500);
    expect(limiter.take('a')).toBe(0);
    await clock.advance(60_000);
    expect(through(() => limiter.take('a'), 100)).toBe(5);
  });

  it('keeps its keys apart, and no more of them than it was told', () => {
    const limiter = new RateLimiter(new FakeClock(), { burst: 1, perSecond: 1 }, 10);
    expect(limiter.take('a')).toBe(0);
    expect(limiter.take('a')).toBeGreaterThan(0);
    for (let index = 0; index < 9; index++) limiter.take(`other ${index}`);
    expect(limiter.take('a')).toBeGreaterThan(0);
    for (let index = 0; index < 10; index++) limiter.take(`another ${index}`);
    // Forgotten, which gives it a full bucket again.
    expect(limiter.take('a')).toBe(0);
  });

  it('locks nobody out when the clock is set back', () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(clock, { burst: 1, perSecond: 1 });
    limiter.take();
    clock.set(-3_600_000);
    expect(limiter.take()).toBeLessThanOrEqual(1_000);
    clock.set(1_000);
    expect(limiter.take()).toBe(0);
  });
});

describe('PageRates', () => {
  it('bounds what strangers ask, and takes nothing from those with a link', async () => {
    const clock = new FakeClock();
    const rates = new PageRates(clock);
    rates.meet('link');
    let index = 0;
    expect(through(() => rates.take(`guess ${index++}`), 10_000)).toBe(100);
    expect(through(() => rates.take('link'), 10)).toBe(10);
    await clock.advance(1_000);
    expect(through(() => rates.take(''), 10_000)).toBe(20);
  });

  it('bounds each link, and its starts further, for each asks WeChat for a code', () => {
    const rates = new PageRates(new FakeClock());
    for (const link of ['one', 'two']) {
      rates.meet(link);
      expect(through(() => rates.take(link, true), 20)).toBe(6);
      expect(through(() => rates.take(link), 1_000)).toBe(10);
    }
  });

  it('bounds everybody together', () => {
    const rates = new PageRates(new FakeClock());
    const links = Array.from({ length: 500 }, (_, index) => `link ${index}`);
    for (const link of links) rates.meet(link);
    expect(links.map((link) => through(() => rates.take(link), 5)).reduce((sum, one) => sum + one)).toBe(400);
  });

  it('lets a page that asks as it does run for ever, in three tabs', async () => {
    const clock = new FakeClock();
    const rates = new PageRates(clock);
    rates.meet('link');
    for (let round = 0; round < 200; round++) {
      expect(through(() => rates.take('link'), 3)).toBe(3);
      await clock.advance(1_500);
    }
  });
});
