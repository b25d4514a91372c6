import { Listeners } from '../../../../bot/receive/listeners';
import type { Listener } from '../../../../bot/receive/receiver';
import { FakeClock } from '../../../support/fake-clock';

describe('Listeners', () => {
  let clock: FakeClock;
  let listeners: Listeners;
  let reports: string[];

  beforeEach(() => {
    clock = new FakeClock();
    reports = [];
    listeners = new Listeners({ clock, report: ({ code }) => reports.push(code) });
  });

  it('all take what comes unless one of them only wants to send', () => {
    const trigger: Listener = { onArrival: () => undefined };
    expect(listeners.allTake).toBe(false);
    listeners.add(trigger);
    expect(listeners.allTake).toBe(true);
    const sender: Listener = { forSending: true, onArrival: () => undefined };
    listeners.add(sender);
    // A test in the editor keeps nothing for a trigger that comes later.
    expect(listeners.allTake).toBe(false);
    listeners.remove(sender);
    expect(listeners.allTake).toBe(true);
  });

  it('are told of a state once, with the time when it began', async () => {
    const told: unknown[] = [];
    listeners.add({ onArrival: () => undefined, onHealth: (health) => told.push(health) });
    listeners.addHooks({ changed: (health) => told.push(health) });
    const since = clock.now();
    listeners.setHealth('connected');
    await clock.advance(1_000);
    listeners.setHealth('connected');
    expect(told).toEqual([
      { state: 'connected', since },
      { state: 'connected', since },
    ]);
  });

  it('and hooks are told whatever another one does', async () => {
    const bad = (): never => {
      throw new Error('bug');
    };
    const wrote: string[] = [];
    let polls = 0;
    listeners.addHooks({ beforePoll: bad, usersWrote: bad, changed: bad });
    listeners.addHooks({ beforePoll: () => void polls++, usersWrote: (users) => wrote.push(...users) });
    await listeners.beforePoll();
    listeners.usersWrote(['u']);
    listeners.setHealth('connected');
    expect([polls, wrote, listeners.health.state]).toEqual([1, ['u'], 'connected']);
    expect(reports).toEqual(Array(3).fill('listener_failed'));
  });

  it('a hook that is asynchronous is waited for before the poll', async () => {
    const order: string[] = [];
    listeners.addHooks({
      beforePoll: async () => {
        await Promise.resolve();
        order.push('hook');
      },
    });
    await listeners.beforePoll();
    order.push('poll');
    expect(order).toEqual(['hook', 'poll']);
  });
});
