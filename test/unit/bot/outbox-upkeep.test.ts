import { Lazy } from '../../../bot/lazy';
import { OutboxUpkeep, type UpkeptOutbox } from '../../../bot/outbox-upkeep';
import type { Health } from '../../../bot/receive/health';
import type { Store } from '../../../store/store';
import { FakeClock, settle } from '../../support/fake-clock';

describe('OutboxUpkeep', () => {
  let clock: FakeClock;
  let queued: number;
  let counts: number;
  let broken: boolean;
  let health: Health;
  let calls: string[];
  let reports: string[];
  let outbox: Lazy<{ outbox: UpkeptOutbox }>;
  let upkeep: OutboxUpkeep;
  const made = (): boolean => outbox.ifMade !== undefined;
  const poll = async (): Promise<void> => {
    upkeep.beforePoll();
    await settle();
  };

  beforeEach(() => {
    clock = new FakeClock();
    [queued, counts, broken, calls, reports] = [0, 0, false, [], []];
    health = { state: 'connected', since: clock.now() };
    outbox = new Lazy(() => ({
      outbox: {
        usersWrote: (users) => void calls.push(`wake ${users.join()}`),
        noteTrouble: (trouble) => void calls.push(`hear ${trouble}`),
        flushAll: async () => void calls.push('flush'),
      },
    }));
    const store = {
      outbox: {
        count: async () => {
          counts++;
          if (broken) throw new Error('full');
          return queued;
        },
      },
    };
    upkeep = new OutboxUpkeep({
      bot: 'bot',
      store: async () => store as unknown as Store,
      outbox,
      receiver: {
        get health() {
          return health;
        },
      },
      clock,
      report: ({ code }) => reports.push(code),
    });
  });

  it('makes no outbox while nothing waits in it, and looks three times a minute', async () => {
    for (let second = 0; second < 60; second++) {
      await poll();
      await clock.advance(1_000);
    }
    expect([made(), counts]).toEqual([false, 3]);
  });

  it('flushes what waits, also what another process has queued meanwhile', async () => {
    await poll();
    queued = 1;
    await clock.advance(19_999);
    await poll();
    expect(calls).toEqual([]);
    await clock.advance(1);
    await poll();
    expect(calls).toEqual(['flush']);
  });

  it('wakes the users who wrote', () => {
    upkeep.usersWrote(['u', 'v']);
    expect(calls).toEqual(['wake u,v']);
  });

  it('tells what waits of a trouble, once as long as the outbox is not made', async () => {
    const refused: Health = { state: 'login_needed', since: clock.now() };
    upkeep.changed(refused);
    upkeep.changed(refused);
    await settle();
    expect([made(), counts]).toEqual([false, 1]);
    upkeep.changed({ state: 'connected', since: clock.now() });
    queued = 1;
    upkeep.changed(refused);
    await settle();
    expect(calls).toEqual(['hear token_refused']);
  });

  it('tells an outbox that is made of every trouble and of its end', () => {
    outbox.get();
    upkeep.changed({ state: 'taken_over', since: clock.now() });
    upkeep.changed({ state: 'connected', since: clock.now() });
    expect(calls).toEqual(['hear token_refused', 'hear undefined']);
  });

  it('notices before a poll that a fault has lasted', async () => {
    queued = 1;
    health = { state: 'retrying', since: clock.now() };
    await poll();
    calls = [];
    await clock.advance(60_000);
    upkeep.beforePoll();
    expect(calls[0]).toBe('hear server_unreachable');
  });

  it('reports a store that fails, and goes on', async () => {
    broken = true;
    await poll();
    expect([made(), reports]).toEqual([false, ['outbox_not_sent']]);
  });
});
