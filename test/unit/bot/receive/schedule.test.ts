import fc from 'fast-check';

import { Schedule, type DeliveryTerms, type Order } from '../../../../bot/receive/schedule';
import type { PendingDelivery } from '../../../../store/store';

const RETRY_MS = 60_000;
const PLACE_MS = 120_000;
const terms = (more: Partial<DeliveryTerms> = {}): DeliveryTerms => ({
  order: 'perUser',
  concurrency: 4,
  retryDelayMs: RETRY_MS,
  ...more,
});

describe('Schedule', () => {
  let schedule: Schedule;
  let now: number;
  let seq: number;
  const row = (userId: string, more: Partial<PendingDelivery> = {}): PendingDelivery => ({
    seq: ++seq,
    userId,
    attempts: 0,
    nextAt: 0,
    ...more,
  });
  const again = (one: PendingDelivery): PendingDelivery => ({ ...one, nextAt: now + RETRY_MS });
  const next = (): number[] => schedule.next(now).map((one) => one.seq);

  beforeEach(() => {
    [now, seq] = [1_700_000_000_000, 0];
    schedule = new Schedule();
    schedule.begin(terms(), now);
  });

  it('starts nothing twice, and takes nothing in that is there already', () => {
    const one = row('a');
    schedule.add(one);
    schedule.add({ ...one });
    expect([next(), next(), schedule.running, schedule.has(1)]).toEqual([[1], [], 1, true]);
    schedule.add({ ...one });
    schedule.ended(one);
    expect([next(), schedule.running, schedule.has(1)]).toEqual([[], 0, false]);
  });

  it('says nothing of a later time while nothing will be due', () => {
    schedule.add(row('a'));
    next();
    schedule.add(row('a'));
    expect([next(), schedule.nextInMs(now)]).toEqual([[], undefined]);
  });

  it('says when a retry is due, and starts it then', () => {
    const one = row('a');
    schedule.add(one);
    next();
    schedule.ended(one, again(one));
    expect([next(), schedule.nextInMs(now)]).toEqual([[], RETRY_MS]);
    now += RETRY_MS - 1;
    expect([next(), schedule.nextInMs(now)]).toEqual([[], 1]);
    now++;
    expect([next(), schedule.nextInMs(now)]).toEqual([[1], undefined]);
  });

  it('says when a place is free, only while something waits for one', () => {
    schedule.begin(terms({ concurrency: 1, placeMs: PLACE_MS }), now);
    schedule.add(row('a'));
    expect([next(), schedule.nextInMs(now)]).toEqual([[1], undefined]);
    schedule.add(row('b'));
    expect([next(), schedule.nextInMs(now)]).toEqual([[], PLACE_MS]);
    now += PLACE_MS;
    expect(next()).toEqual([2]);
  });

  it('waits twice as long at the most when the clock is put back by a day meanwhile', () => {
    const one = row('a');
    schedule.add(one);
    next();
    schedule.ended(one, again(one));
    next();
    now += RETRY_MS - 86_400_000;
    expect([next(), schedule.nextInMs(now)]).toEqual([[], RETRY_MS]);
    now += RETRY_MS;
    expect(next()).toEqual([1]);
  });

  it('looks at each of very many about once, whatever they wait for', () => {
    const MANY = 20_000;
    schedule.begin(terms({ order: 'parallel', concurrency: 2 }), now);
    let looks = 0;
    for (let i = 0; i < MANY; i++) {
      const one = row('a');
      const { nextAt } = one;
      Object.defineProperty(one, 'nextAt', { get: () => (looks++, nextAt), set: () => undefined });
      schedule.add(one);
    }
    let done = 0;
    for (let started = schedule.next(now); started.length > 0; started = schedule.next(now)) {
      done += started.length;
      started.forEach((one) => schedule.ended(one));
    }
    expect([done, looks]).toEqual([MANY, MANY]);
  });

  describe('whatever happens', () => {
    type Step =
      | { add: number }
      | { end: number; again: boolean }
      | { wait: number }
      | { begin: Partial<DeliveryTerms> };
    const orders: Order[] = ['parallel', 'perUser', 'oneAtATime'];
    const steps: fc.Arbitrary<Step[]> = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.record({ add: fc.nat(3) }) },
        { weight: 5, arbitrary: fc.record({ end: fc.nat(9), again: fc.boolean() }) },
        { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(1, 1_000, 60_000, 120_000) }) },
        {
          weight: 1,
          arbitrary: fc.record({
            begin: fc.record(
              {
                order: fc.constantFrom(...orders),
                concurrency: fc.integer({ min: 1, max: 5 }),
                placeMs: fc.constantFrom(30_000, PLACE_MS),
              },
              { requiredKeys: ['order', 'concurrency'] },
            ),
          }),
        },
      ),
      { maxLength: 120 },
    );

    /** What a store and a subscriber know of it. */
    class Model {
      /** What is not done with. */
      readonly open = new Map<number, PendingDelivery>();
      readonly underWay = new Map<number, { row: PendingDelivery; startedAt: number; placeMs: number }>();
      readonly done: number[] = [];
      now = 1_700_000_000_000;
      current = terms();

      constructor(readonly schedule: Schedule) {
        this.begin({});
      }

      begin(more: Partial<DeliveryTerms>): void {
        this.current = terms(more);
        const { placeMs = Infinity } = this.current;
        this.schedule.begin(this.current, this.now);
        for (const each of this.underWay.values())
          each.placeMs = Math.min(each.placeMs, this.now - each.startedAt + placeMs);
        for (const one of this.open.values()) this.schedule.add({ ...one });
        this.start();
      }

      start(): void {
        for (const one of this.schedule.next(this.now)) this.started(one);
        expect(this.schedule.running).toBe(this.underWay.size);
        this.nothingIsForgotten();
      }

      /** Every rule of the order, at the moment in which a message starts. */
      private started(one: PendingDelivery): void {
        const { order, concurrency, placeMs = Infinity } = this.current;
        const running = [...this.underWay.values()];
        expect(this.open.has(one.seq)).toBe(true);
        expect(this.underWay.has(one.seq)).toBe(false);
        expect(this.open.get(one.seq)!.nextAt).toBeLessThanOrEqual(this.now);
        const inPlaces = running.filter((each) => this.now - each.startedAt < each.placeMs);
        expect(inPlaces.length).toBeLessThan(concurrency);
        const ofUser = inPlaces.filter(({ row: each }) => each.userId === one.userId);
        expect(ofUser.length).toBeLessThan(Math.max(1, Math.floor(concurrency / 2)));
        const before = [...this.open.values()].filter(
          (each) => each.seq < one.seq && (order === 'oneAtATime' || each.userId === one.userId),
        );
        if (order !== 'parallel') expect(before).toEqual([]);
        const behind = running.filter(
          ({ row: each }) => order === 'oneAtATime' || each.userId === one.userId,
        );
        if (order !== 'parallel') expect(behind).toEqual([]);
        this.underWay.set(one.seq, { row: one, startedAt: this.now, placeMs });
      }

      /** What waits has a time, or waits for something that is under way. */
      private nothingIsForgotten(): void {
        const waits = [...this.open.keys()].some((each) => !this.underWay.has(each));
        if (waits && this.underWay.size === 0) expect(this.schedule.nextInMs(this.now)).toBeDefined();
      }

      end(which: number, isAgain: boolean): void {
        const all = [...this.underWay.values()];
        if (all.length === 0) return;
        const { row: one } = all[which % all.length]!;
        this.underWay.delete(one.seq);
        const later = { ...one, nextAt: this.now + RETRY_MS };
        if (isAgain) this.open.set(one.seq, later);
        else {
          this.open.delete(one.seq);
          this.done.push(one.seq);
        }
        this.schedule.ended(one, isAgain ? { ...later } : undefined);
        this.start();
      }
    }

    const play = (all: Step[]): { model: Model; added: number } => {
      const model = new Model(new Schedule());
      let added = 0;
      for (const step of all) {
        if ('add' in step) {
          const one = { seq: ++added, userId: `user ${step.add}`, attempts: 0, nextAt: 0 };
          model.open.set(one.seq, one);
          model.schedule.add({ ...one });
          model.start();
        } else if ('end' in step) model.end(step.end, step.again);
        else if ('wait' in step) {
          model.now += step.wait;
          model.start();
        } else model.begin(step.begin);
      }
      return { model, added };
    };

    it('keeps the order and the places, and never gives one user two at once where they come one after another', () => {
      fc.assert(
        fc.property(steps, (all) => void play(all)),
        { numRuns: 500 },
      );
    });

    it('hands over each of them once in the end', () => {
      fc.assert(
        fc.property(steps, (all) => {
          const { model, added } = play(all);
          for (let turns = 0; model.open.size > 0; turns++) {
            expect(turns).toBeLessThan(1_000);
            if (model.underWay.size > 0) model.end(0, false);
            else {
              model.now += model.schedule.nextInMs(model.now)!;
              model.start();
            }
          }
          expect([...model.done].sort((a, b) => a - b)).toEqual(
            Array.from({ length: added }, (_, i) => i + 1),
          );
        }),
        { numRuns: 500 },
      );
    });
  });
});
