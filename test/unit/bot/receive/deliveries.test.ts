import { join } from 'node:path';

import { Deliveries, type DeliveryHandler, type DeliveryResult } from '../../../../bot/receive/deliveries';
import { LeaseHolder } from '../../../../bot/receive/leadership';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { FakeClock, settle, settlePromises } from '../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('Deliveries', () => {
  let clock: FakeClock;
  let store: SqliteStore;
  let reports: string[];
  let given: string[];
  let open: Map<string, (result: DeliveryResult) => void>;
  let deliveries: Deliveries;
  let latest: DeliveryHandler;

  const handler = (more: Partial<DeliveryHandler> = {}): DeliveryHandler =>
    (latest = {
      order: 'parallel',
      concurrency: 100,
      retryDelayMs: 60_000,
      countsStarts: false,
      handle: ({ body }, attempt) => {
        given.push(attempt === 0 ? body : `${body}#${attempt}`);
        return new Promise((resolve) => open.set(body, resolve));
      },
      ...more,
    });
  const immediately = (result: DeliveryResult = 'done'): Partial<DeliveryHandler> => ({
    handle: async ({ body }, attempt) => {
      given.push(attempt === 0 ? body : `${body}#${attempt}`);
      return result;
    },
  });
  const receive = async (...bodies: string[]): Promise<void> => {
    const messages = bodies.map((body) => ({ body, userId: body[0]!, keys: [] }));
    await store.inbox.receive({
      bot: 'bot',
      connection: 'c',
      receivedAt: clock.now(),
      sleepersSince: 0,
      login: 'login',
      messages,
    });
    deliveries.wake();
    await settle();
  };
  const finish = async (body: string, result: DeliveryResult = 'done'): Promise<void> => {
    open.get(body)!(result);
    await settle();
  };
  const pending = async (): Promise<number> => (await store.inbox.pending('w', 0)).length;
  const make = (): Deliveries =>
    new Deliveries({
      subscriber: 'w',
      inbox: store.inbox,
      owner: owner(),
      clock,
      report: ({ code }) => reports.push(code),
    });
  // Of a process that is not heard of any more when another one is made after it.
  const owner = () => ({
    id: `process ${owners++}`,
    isDead: () => false,
    whileAlive: <Result>(action: () => Promise<Result>) => action(),
  });
  let owners = 0;

  beforeEach(async () => {
    clock = new FakeClock();
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
    await store.inbox.subscribe('w', 'bot');
    [reports, given, open] = [[], [], new Map()];
    deliveries = make();
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('hands over what waits already, oldest first, and then what comes', async () => {
    await receive('a1', 'a2', 'b1');
    expect(given).toEqual([]);
    deliveries.resume(handler(immediately()));
    await settle();
    await receive('c1');
    expect(given).toEqual(['a1', 'a2', 'b1', 'c1']);
    expect(await pending()).toBe(0);
  });

  it('counts a message as handed over when that is done, and not before', async () => {
    deliveries.resume(handler());
    await receive('a1');
    expect(await pending()).toBe(1);
    await finish('a1');
    expect(await pending()).toBe(0);
  });

  it('hands over again after a crash what was under way', async () => {
    deliveries.resume(handler());
    await receive('a1', 'a2');
    await finish('a1');
    deliveries = make();
    deliveries.resume(handler(immediately()));
    await settle();
    expect(given).toEqual(['a1', 'a2', 'a2']);
  });

  describe('in parallel', () => {
    it('waits for nobody up to the concurrency', async () => {
      deliveries.resume(handler({ concurrency: 2 }));
      await receive('a1', 'b1', 'c1');
      expect(given).toEqual(['a1', 'b1']);
      await finish('b1');
      expect(given).toEqual(['a1', 'b1', 'c1']);
    });

    it('leaves half of the places to others, however much one user writes', async () => {
      deliveries.resume(handler({ concurrency: 4 }));
      await receive('a1', 'a2', 'a3', 'a4', 'b1');
      expect(given).toEqual(['a1', 'a2', 'b1']);
      await finish('a1');
      expect(given).toEqual(['a1', 'a2', 'b1', 'a3']);
      await finish('a2');
      await finish('a3');
      expect(given).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
      await finish('a4');
      await finish('b1');
      expect(await pending()).toBe(0);
    });

    it('works off a long queue of one user without looking at all of it each time', async () => {
      const bodies = Array.from({ length: 500 }, (_, i) => `a${i}`);
      deliveries.resume(handler({ concurrency: 2, ...immediately() }));
      await receive(...bodies);
      for (let turn = 0; turn < 200_000 && (await pending()) > 0; turn++) await settle();
      expect(given).toEqual(bodies);
    });
  });

  describe('one at a time per user', () => {
    it('keeps the order of each user and never makes one user wait for another', async () => {
      deliveries.resume(handler({ order: 'perUser' }));
      await receive('a1', 'a2', 'b1', 'b2');
      expect(given).toEqual(['a1', 'b1']);
      await finish('b1');
      expect(given).toEqual(['a1', 'b1', 'b2']);
      await receive('c1');
      await finish('a1');
      expect(given).toEqual(['a1', 'b1', 'b2', 'c1', 'a2']);
    });

    it('holds the next message of a user back while the one before waits for its next attempt', async () => {
      deliveries.resume(handler({ order: 'perUser' }));
      await receive('a1', 'a2', 'b1');
      await finish('a1', 'again');
      await finish('b1');
      expect(given).toEqual(['a1', 'b1']);
      await clock.advance(60_000);
      expect(given).toEqual(['a1', 'b1', 'a1#1']);
      await finish('a1');
      expect(given.at(-1)).toBe('a2');
    });
  });

  describe('when something does not end for longer than its place is held', () => {
    it.each(['perUser', 'parallel'] as const)('%s: the others go on', async (order) => {
      deliveries.resume(handler({ order, concurrency: 2, placeMs: 120_000 }));
      await receive('a1', 'b1', 'c1', 'd1');
      await clock.advance(119_000);
      expect(given).toEqual(['a1', 'b1']);
      await clock.advance(1_000);
      expect(given).toEqual(['a1', 'b1', 'c1', 'd1']);
      expect(await pending()).toBe(4);
      await finish('a1');
      await receive('e1');
      expect(given).toEqual(['a1', 'b1', 'c1', 'd1']);
      await finish('c1');
      expect(given.at(-1)).toBe('e1');
    });

    it('its own order is kept all the same, also across a save', async () => {
      const more: Partial<DeliveryHandler> = { order: 'perUser', concurrency: 1, placeMs: 120_000 };
      deliveries.resume(handler(more));
      await receive('a1', 'a2', 'b1');
      await clock.advance(120_000);
      await finish('b1');
      deliveries.pause(latest);
      deliveries.resume(handler(more));
      await settle();
      expect(given).toEqual(['a1', 'b1']);
      await finish('a1');
      expect(given).toEqual(['a1', 'b1', 'a2']);
    });

    it('what was held back of the same user goes on, too', async () => {
      deliveries.resume(handler({ concurrency: 2, placeMs: 120_000 }));
      await receive('a1', 'a2');
      expect(given).toEqual(['a1']);
      await clock.advance(120_000);
      expect(given).toEqual(['a1', 'a2']);
    });
  });

  describe('after a save, which ends the trigger and starts it again', () => {
    const save = async (more: Partial<DeliveryHandler>): Promise<void> => {
      deliveries.pause(latest);
      deliveries.resume(handler(more));
      await settle();
    };

    it.each(['perUser', 'oneAtATime'] as const)(
      '%s: the next message waits for the one under way',
      async (order) => {
        deliveries.resume(handler({ order }));
        await receive('a1', 'a2');
        await save({ order });
        await receive('a3');
        expect(given).toEqual(['a1']);
        await finish('a1');
        expect(given).toEqual(['a1', 'a2']);
        await save({ order });
        await save({ order });
        await finish('a2');
        expect(given).toEqual(['a1', 'a2', 'a3']);
        await finish('a3');
        expect(await pending()).toBe(0);
      },
    );

    it('to another order, waits for all that are under way and would stand before it now', async () => {
      deliveries.resume(handler());
      await receive('a1', 'a2', 'b1');
      await save({ order: 'perUser' });
      await receive('a3', 'b2');
      expect(given).toEqual(['a1', 'a2', 'b1']);
      await finish('a2');
      expect(given).toEqual(['a1', 'a2', 'b1']);
      await finish('b1');
      await finish('a1');
      expect(given).toEqual(['a1', 'a2', 'b1', 'b2', 'a3']);
    });

    it('holds the order also when what was under way has to be tried again', async () => {
      deliveries.resume(handler({ order: 'perUser' }));
      await receive('a1', 'a2');
      await save({ order: 'perUser' });
      await finish('a1', 'again');
      await clock.advance(59_000);
      expect(given).toEqual(['a1']);
      await clock.advance(1_000);
      expect(given).toEqual(['a1', 'a1#1']);
      await finish('a1');
      expect(given).toEqual(['a1', 'a1#1', 'a2']);
    });
  });

  describe('one at a time', () => {
    it('waits for each', async () => {
      deliveries.resume(handler({ order: 'oneAtATime' }));
      await receive('a1', 'b1');
      expect(given).toEqual(['a1']);
      await finish('a1');
      expect(given).toEqual(['a1', 'b1']);
    });
  });

  it('tries again after the delay, counts the attempts, and stops when told', async () => {
    let attempts = 0;
    deliveries.resume(handler({ handle: async () => (++attempts === 3 ? 'gaveUp' : 'again') }));
    await receive('a1');
    await clock.advance(59_999);
    expect(attempts).toBe(1);
    await clock.advance(1);
    await clock.advance(60_000);
    await clock.advance(600_000);
    expect(attempts).toBe(3);
    expect(await pending()).toBe(0);
  });

  it('remembers attempts and delay across a restart', async () => {
    deliveries.resume(handler(immediately('again')));
    await receive('a1');
    clock.cancelAll();
    deliveries = make();
    deliveries.resume(handler(immediately()));
    await clock.advance(59_000);
    expect(given).toEqual(['a1']);
    await clock.advance(1_000);
    expect(given).toEqual(['a1', 'a1#1']);
  });

  it('tries again when the subscriber fails, and that was no attempt', async () => {
    deliveries.resume(
      handler({
        handle: async () => {
          throw new Error('full');
        },
      }),
    );
    await receive('a1');
    expect(reports).toEqual(['delivery_failed']);
    deliveries.resume(handler(immediately()));
    await clock.advance(60_000);
    expect(given).toEqual(['a1']);
  });

  it('does not count what the subscriber refused', async () => {
    deliveries.resume(handler({ ...immediately('refused'), countsStarts: true }));
    await receive('a1');
    await clock.advance(60_000);
    expect(given).toEqual(['a1', 'a1']);
    expect((await store.inbox.pending('w', 0))[0]).toMatchObject({ attempts: 0 });
  });

  it('counts an attempt that ended with the process, where starts are counted', async () => {
    for (let process = 0; process < 3; process++) {
      deliveries = make();
      deliveries.resume(handler({ countsStarts: true }));
      await (process === 0 ? receive('a1') : settle());
    }
    expect(given).toEqual(['a1', 'a1#1', 'a1#2']);
    await finish('a1', 'again');
    expect((await store.inbox.pending('w', 0))[0]).toMatchObject({ attempts: 3 });
  });

  describe('with another process that serves the same subscriber', () => {
    let other: Deliveries;
    let isAlive: boolean;
    const living = (): LeaseHolder =>
      new LeaseHolder({ leases: store.leases, clock, report: () => undefined, isDead: () => !isAlive });
    const makeLiving = (): Deliveries =>
      new Deliveries({
        subscriber: 'w',
        inbox: store.inbox,
        owner: living(),
        clock,
        report: ({ code }) => reports.push(code),
      });

    beforeEach(() => {
      isAlive = true;
      [deliveries, other] = [makeLiving(), makeLiving()];
    });

    it('hands each message over in one of them only', async () => {
      deliveries.resume(handler({ concurrency: 2 }));
      other.resume(handler({ concurrency: 2 }));
      await receive('a1', 'b1', 'c1', 'd1');
      other.wake();
      await settle();
      expect([...given].sort()).toEqual(['a1', 'b1', 'c1', 'd1']);
      for (const body of [...given]) await finish(body);
      await clock.advance(10_000);
      expect(given).toHaveLength(4);
      expect(await pending()).toBe(0);
    });

    it.each(['perUser', 'oneAtATime'] as const)('%s: keeps the order over both', async (order) => {
      deliveries.resume(handler({ order }));
      await receive('a1', 'a2', 'a3');
      other.resume(handler({ order }));
      await clock.advance(20_000);
      expect(given).toEqual(['a1']);
      await finish('a1');
      await clock.advance(3_000);
      expect(given).toEqual(['a1', 'a2']);
      await finish('a2');
      await clock.advance(3_000);
      expect(given).toEqual(['a1', 'a2', 'a3']);
      await finish('a3');
      await clock.advance(3_000);
      expect([given.length, await pending()]).toEqual([3, 0]);
    });

    it('takes over at once what one had under way whose process is known to have ended', async () => {
      deliveries.resume(handler());
      await receive('a1');
      isAlive = false;
      other.resume(handler(immediately()));
      await settle();
      expect(given).toEqual(['a1', 'a1']);
    });

    it('takes over what one had under way that has not been heard of for seconds, which then settles nothing', async () => {
      let stuck!: (result: DeliveryResult) => void;
      deliveries.resume(handler({ handle: () => new Promise((resolve) => (stuck = resolve)) }));
      await receive('a1');
      clock.cancelAll();
      other.resume(handler());
      await clock.advance(5_000);
      expect(given).toEqual([]);
      await clock.advance(2_100);
      expect(given).toEqual(['a1']);
      stuck('done');
      await settle();
      expect(await pending()).toBe(1);
      await finish('a1');
      expect(await pending()).toBe(0);
    });

    it('goes by the attempts that the other one made meanwhile, and by the delay that it has set', async () => {
      const more: Partial<DeliveryHandler> = { order: 'perUser', countsStarts: true };
      deliveries.resume(handler(more));
      await receive('a1');
      other.resume(handler({ ...more, ...immediately() }));
      await settle();
      await finish('a1', 'again');
      await clock.advance(50_000);
      expect(given).toEqual(['a1']);
      await clock.advance(11_000);
      expect(given).toEqual(['a1', 'a1#1']);
    });

    it('does not ask all the time for what the other one has, also where retries have no delay', async () => {
      deliveries.resume(handler());
      await receive('a1');
      const claim = jest.spyOn(store.inbox, 'claim');
      other.resume(handler({ retryDelayMs: 0 }));
      await clock.advance(10_000);
      expect(claim.mock.calls.length).toBeLessThanOrEqual(11);
      claim.mockRestore();
    });
  });

  describe('switched off and on again', () => {
    it('does not take a message twice that is still under way, and acknowledges it', async () => {
      deliveries.resume(handler({ order: 'perUser' }));
      await receive('a1');
      deliveries.pause(latest);
      deliveries.resume(handler({ order: 'parallel' }));
      await receive('a2');
      expect(given).toEqual(['a1', 'a2']);
      await finish('a1');
      expect(await pending()).toBe(1);
    });

    it('finds a message again whose attempt failed after that', async () => {
      deliveries.resume(handler({ order: 'perUser' }));
      await receive('a1');
      deliveries.pause(latest);
      deliveries.resume(handler());
      await settle();
      await finish('a1', 'again');
      await clock.advance(60_000);
      expect(given).toEqual(['a1', 'a1#1']);
    });

    it('starts nothing while it is off, and loses nothing of it', async () => {
      deliveries.resume(handler({ concurrency: 1 }));
      await receive('a1', 'a2');
      deliveries.pause(latest);
      await finish('a1');
      await receive('a3');
      expect(given).toEqual(['a1']);
      expect(deliveries.idle).toBe(true);
      deliveries.resume(handler(immediately()));
      await settle();
      expect(given).toEqual(['a1', 'a2', 'a3']);
    });

    it('goes on for the new one when the old one ends only afterwards', async () => {
      const old = handler(immediately());
      deliveries.resume(old);
      deliveries.resume(handler(immediately()));
      expect(deliveries.pause(old)).toBe(false);
      await receive('a1');
      expect(given).toEqual(['a1']);
      expect(deliveries.pause(latest)).toBe(true);
    });

    it('does not wait twice for the same attempt', async () => {
      deliveries.resume(handler(immediately('again')));
      await receive('a1');
      deliveries.pause(latest);
      deliveries.resume(handler(immediately()));
      await settle();
      expect(clock.pending).toBe(1);
      await clock.advance(60_000);
      expect(given).toEqual(['a1', 'a1#1']);
    });
  });

  it('looks again by itself when the inbox could not be read, because nobody may write for hours', async () => {
    deliveries.resume(handler(immediately()));
    await settle();
    const read = jest.spyOn(store.inbox, 'pending').mockRejectedValueOnce(new Error('disk'));
    await receive('a1');
    expect(given).toEqual([]);
    await clock.advance(1_000);
    expect(given).toEqual(['a1']);
    expect(clock.pending).toBe(0);
    read.mockRestore();
  });

  describe('when very many wait', () => {
    const MANY = 2_500;
    const turn = (): Promise<void> =>
      new Promise((resolve) => setImmediate(resolve)).then(() => settlePromises());
    const waiting = (asked: number[] = []): Deliveries => {
      const row = (i: number) => ({ seq: i + 1, userId: 'a', attempts: 0, nextAt: 0 });
      const inbox = {
        pending: async (_: string, after: number) => {
          asked.push(after);
          return Array.from({ length: MANY }, (_row, i) => row(i)).filter(({ seq }) => seq > after);
        },
        claim: async ({ seq }: { seq: number }) => ({
          state: 'claimed' as const,
          message: { seq, userId: 'a', receivedAt: 0, body: String(seq), kind: 'message' as const },
        }),
        handedOver: async () => undefined,
        attempted: async () => undefined,
      };
      return new Deliveries({
        subscriber: 'w',
        inbox,
        owner: owner(),
        clock,
        report: ({ code }) => reports.push(code),
      });
    };

    it('puts them in line in steps, so that whatever else there is to do goes on', async () => {
      waiting().resume(handler({ concurrency: 2 * MANY }));
      await settlePromises();
      expect(given).toHaveLength(1_000);
      await turn();
      expect(given).toHaveLength(2_000);
      await turn();
      expect(given).toEqual(Array.from({ length: MANY }, (_, i) => String(i + 1)));
    });

    it('starts over from the oldest after a save in the midst of it, and takes nothing twice', async () => {
      const many = waiting();
      many.resume(handler({ concurrency: 2 * MANY }));
      await settle();
      many.pause(latest);
      many.resume(handler({ concurrency: 2 * MANY }));
      for (let i = 0; i < 6; i++) await turn();
      expect(given).toEqual(Array.from({ length: MANY }, (_, i) => String(i + 1)));
    });

    it('looks once more from the oldest on when that is wanted in the midst of it', async () => {
      const asked: number[] = [];
      const many = waiting(asked);
      many.resume(handler({ concurrency: 2 * MANY }));
      await settle();
      many.lookFromStart();
      for (let i = 0; i < 6; i++) await turn();
      expect(asked).toEqual([0, 0]);
      expect(given).toHaveLength(MANY);
    });
  });

  it('takes no answer of the inbox for all there is when it started over meanwhile', async () => {
    await receive('a1', 'a2');
    deliveries.resume(handler(immediately()));
    await settle();
    await receive('a3', 'a4');
    await settle();
    given.length = 0;
    await store.inbox.receive({
      bot: 'bot',
      connection: 'c',
      login: 'login',
      receivedAt: 0,
      sleepersSince: 0,

      messages: ['b1', 'b2'].map((body) => ({ body, userId: 'b', keys: [] })),
    });
    // A networked database answers late: with only the newest, asked for before the start over.
    const pendingOf = store.inbox.pending.bind(store);
    let answer!: () => void;
    const slow = new Promise<void>((resolve) => (answer = resolve));
    const read = jest.spyOn(store.inbox, 'pending').mockImplementationOnce(async (subscriber, afterSeq) => {
      await slow;
      return (await pendingOf(subscriber, afterSeq)).slice(1);
    });
    deliveries.wake();
    deliveries.pause(latest);
    deliveries.resume(handler(immediately()));
    answer();
    await settle();
    await settle();
    expect(given).toEqual(['b1', 'b2']);
    read.mockRestore();
  });

  it('waits no longer than the delay that is set, when the clock was put back by a day', async () => {
    deliveries.resume(handler(immediately('again')));
    await receive('a1');
    clock.cancelAll();
    clock.set(-86_400_000);
    deliveries = make();
    deliveries.resume(handler(immediately()));
    await clock.advance(60_000);
    expect(given).toEqual(['a1', 'a1#1']);
  });

  it('goes on when the inbox cannot be read for a moment', async () => {
    deliveries.resume(handler(immediately()));
    await settle();
    const read = jest.spyOn(store.inbox, 'pending').mockRejectedValueOnce(new Error('disk'));
    await receive('a1');
    expect(reports).toEqual(['inbox_not_read']);
    await receive('a2');
    expect(given).toEqual(['a1', 'a2']);
    read.mockRestore();
  });
});
