import { join } from 'node:path';

import type { DeliveryHandler } from '../../../bot/receive/deliveries';
import { Memory } from '../../../bot/memory';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { FakeClock, settle } from '../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

describe('Memory', () => {
  let clock: FakeClock;
  let store: SqliteStore;
  const memory = (): Promise<Memory> =>
    Memory.of(store, {
      clock,
      keep: { days: 7, messages: 10 },
      report: () => undefined,
      isDead: () => false,
    });

  beforeEach(() => {
    clock = new FakeClock();
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('knows when it began, and when the process before it ended', async () => {
    expect(await memory()).toMatchObject({ startedAt: clock.now(), previousEnd: 0 });
    await (await memory()).leaseHolder.acquire('c');
    const lived = clock.now();
    clock.cancelAll();
    await clock.advance(3_600_000);
    const next = await memory();
    expect(next.startedAt).toBe(clock.now());
    expect(next.previousEnd - lived).toBeGreaterThanOrEqual(0);
    expect(next.previousEnd - lived).toBeLessThan(10_000);
  });

  it('knows when it ended also when an earlier one lived a day ahead, with a clock that went wrong', async () => {
    await store.leases.heartbeat('wrong', { now: clock.now(), lifeMs: 86_400_000 });
    await store.leases.heartbeat('right', { now: clock.now(), lifeMs: 0 });
    expect((await memory()).previousEnd).toBe(clock.now());
  });

  it('asks whether the process that holds a lease is dead', async () => {
    await (await memory()).leaseHolder.acquire('c');
    expect(await (await memory()).leaseHolder.acquire('c')).toBe(false);
    const isDead = jest.fn(() => true);
    const third = await Memory.of(store, {
      clock,
      keep: { days: 7, messages: 10 },
      report: () => undefined,
      isDead,
    });
    expect(await third.leaseHolder.acquire('c')).toBe(true);
    expect(isDead).toHaveBeenCalledTimes(1);
  });

  it('has the same deliveries for a subscriber as long as something is under way, and forgets those that are idle', async () => {
    const one = await memory();
    await store.inbox.subscribe('w', 'bot');
    const messages = [{ body: '1', userId: 'u', keys: [] }];
    await store.inbox.receive({
      bot: 'bot',
      connection: 'c',
      receivedAt: 0,
      sleepersSince: 0,
      login: 'login',
      messages,
    });
    let finish!: () => void;
    const handler: DeliveryHandler = {
      order: 'parallel',
      concurrency: 1,
      retryDelayMs: 1_000,
      countsStarts: false,
      handle: () => new Promise((resolve) => (finish = () => resolve('done'))),
    };
    const deliveries = one.deliveries('w');
    deliveries.resume(handler);
    await settle();
    deliveries.pause(handler);
    expect(one.deliveries('w')).toBe(deliveries);
    expect(one.deliveries('another')).not.toBe(deliveries);
    finish();
    await settle();
    expect(one.deliveries('w')).not.toBe(deliveries);
  });
});
