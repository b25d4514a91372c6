import { BackgroundPolling } from '../../../../bot/receive/background-polling';
import { Receiver, type Listener, type ReceiverState } from '../../../../bot/receive/receiver';
import type { Updates } from '../../../../ilink/client';
import { readMessage } from '../../../../ilink/incoming';
import { ILinkApiError } from '../../../../ilink/errors';
import { FakeClock, settle } from '../../../support/fake-clock';

describe('BackgroundPolling', () => {
  let clock: FakeClock;
  let receiver: Receiver;
  let polling: BackgroundPolling;
  let polls: Array<PromiseWithResolvers<Updates>>;
  let kept: number;
  let keptForLater: boolean | undefined;
  let waiting: number;
  let leader: boolean;
  let leases: number;
  let reports: string[];
  /** Held until the test lets the count of what waits be read. */
  let hold: Promise<void> | undefined;

  const answer = async (messages: unknown[] = []): Promise<void> => {
    polls.at(-1)!.resolve({ messages: messages.map(readMessage), holdMs: 35_000, cursor: `${kept}` });
    await settle();
    await settle();
  };
  const begin = async (action: () => unknown): Promise<void> => {
    void action();
    await settle();
    await settle();
  };
  const done = (promise: Promise<unknown>): (() => boolean) => {
    let isDone = false;
    void promise.then(() => (isDone = true));
    return () => isDone;
  };

  beforeEach(() => {
    clock = new FakeClock();
    [polls, kept, waiting, leader, leases, reports, hold] = [[], 0, 0, true, 0, [], undefined];
    receiver = new Receiver({
      client: {
        getUpdates: (_cursor, _holdMs, signal) => {
          const poll = Promise.withResolvers<Updates>();
          signal!.addEventListener('abort', () => poll.reject(signal!.reason as Error));
          if (signal!.aborted) poll.reject(signal!.reason as Error);
          polls.push(poll);
          return poll.promise;
        },
        notify: async () => undefined,
      },
      inbox: {
        cursor: async () => '',
        check: async () => undefined,
        keep: async ({ messages }, keepForLater) => {
          kept += messages.length;
          keptForLater = keepForLater;
          return { messages: messages.length, echoes: 0, strays: 0 };
        },
        version: async () => 0,
        onNews: async () => () => undefined,
      },
      lease: {
        acquire: async () => {
          if (leader) leases = 1;
          return leader;
        },
        release: async () => void (leases = 0),
      },
      clock,
      random: () => 1,
      report: ({ code }) => void reports.push(code),
    });
    polling = new BackgroundPolling({
      receiver,
      somethingWaits: async () => {
        const n = waiting;
        await hold;
        return n > 0;
      },
      clock,
      report: ({ code }) => void reports.push(code),
    });
    receiver.addHooks(polling);
  });

  it('does not poll where that would take messages away from another process, and says so to whoever wants it', async () => {
    const forbidden = new BackgroundPolling({
      receiver,
      mayPoll: () => Promise.reject(new Error('not shared')),
      somethingWaits: async () => true,
      clock,
      report: ({ code }) => reports.push(code),
    });
    await expect(forbidden.pollOnce()).rejects.toThrow('not shared');
    await settle();
    expect([polls.length, leases, receiver.listening]).toEqual([0, 0, false]);
  });

  describe('a single poll', () => {
    it('ends with what the server has at once, gives the lease back, and leaves no timer', async () => {
      const poll = polling.pollOnce();
      await settle();
      expect(leases).toBe(1);
      await answer([1]);
      await poll;
      await clock.advance(0);
      expect([kept, receiver.listening, polling.isActive, leases]).toEqual([1, false, false, 0]);
      expect(polls).toHaveLength(1);
      expect(clock.pending).toBe(0);
    });

    it('waits two seconds for a server that has nothing, and lets its poll end by itself', async () => {
      const isDone = done(polling.pollOnce());
      await clock.advance(1_999);
      expect(isDone()).toBe(false);
      await clock.advance(1);
      expect([isDone(), receiver.listening, polling.isActive]).toEqual([true, true, false]);
      await answer([1]);
      expect([kept, receiver.listening, polls.length]).toEqual([1, false, 1]);
    });

    it('is one for all who want it at the same time, and all of them have its answer', async () => {
      const all = [polling.pollOnce(), polling.pollOnce()].map(done);
      await settle();
      const later = done(polling.pollOnce());
      await settle();
      expect([...all, later].map((isDone) => isDone())).toEqual([false, false, false]);
      await answer([1]);
      expect([...all, later].map((isDone) => isDone())).toEqual([true, true, true]);
      expect(polls).toHaveLength(1);
    });

    it('has the first answer also when something is being waited for just then', async () => {
      waiting = 1;
      await begin(() => polling.pollWhileQueued());
      const isDone = done(polling.pollOnce());
      await settle();
      expect(isDone()).toBe(false);
      await answer([1]);
      expect(isDone()).toBe(true);
    });

    it('is none beside a trigger, and does not end with it', async () => {
      receiver.listen({ onArrival: () => undefined });
      await settle();
      await polling.pollOnce();
      expect([polls.length, polling.isActive, receiver.listening]).toEqual([1, false, true]);
    });

    it('takes nothing from another process that listens', async () => {
      leader = false;
      await begin(() => polling.pollOnce());
      await clock.advance(60_000);
      expect([polls.length, receiver.listening, clock.pending]).toEqual([0, false, 0]);
    });

    it('is over at once when nobody can listen', async () => {
      const poll = polling.pollOnce();
      await settle();
      polls[0]!.reject(new ILinkApiError('getupdates', { errcode: -14 }, []));
      await settle();
      await poll;
      await clock.advance(0);
      expect([receiver.listening, polling.isActive]).toEqual([false, false]);
    });

    it('goes on while something waits', async () => {
      const poll = polling.pollOnce();
      waiting = 1;
      await settle();
      await answer([1]);
      await poll;
      expect([polling.isActive, polls.length]).toEqual([true, 2]);
      waiting = 0;
      await answer([2]);
      expect([polling.isActive, receiver.listening, kept]).toEqual([false, false, 2]);
    });
  });

  describe('a trigger', () => {
    const trigger: Listener = { onArrival: () => undefined };

    it('that starts in the midst of a single poll goes on with the same poll', async () => {
      const poll = polling.pollOnce();
      await settle();
      receiver.listen(trigger);
      await answer([1]);
      await poll;
      await settle();
      expect([polls.length, receiver.listening]).toEqual([2, true]);
      await answer([2]);
      expect(keptForLater).toBe(false);
    });

    it('that ends in the midst of it leaves it listening', async () => {
      waiting = 1;
      const end = receiver.listen(trigger);
      await settle();
      await begin(() => polling.pollWhileQueued());
      await end();
      expect([polls.length, receiver.listening]).toEqual([1, true]);
      await answer([1]);
      expect(keptForLater).toBe(true);
    });

    it('that starts while a single poll ends by itself finds a loop that goes on', async () => {
      void polling.pollOnce();
      await clock.advance(2_000);
      receiver.listen(trigger);
      await answer([1]);
      expect([polls.length, receiver.listening]).toEqual([2, true]);
    });
  });

  describe('polling while something is queued', () => {
    it('ends when nothing waits any more', async () => {
      waiting = 1;
      await begin(() => polling.pollWhileQueued());
      for (let round = 0; round < 3; round++) await answer([round]);
      expect([polls.length, polling.isActive]).toEqual([4, true]);
      waiting = 0;
      await answer(['last']);
      expect([polling.isActive, receiver.listening]).toEqual([false, false]);
    });

    it('does not end when something is queued in the very moment in which nothing waited', async () => {
      waiting = 1;
      await begin(() => polling.pollWhileQueued());
      waiting = 0;
      const { promise, resolve } = Promise.withResolvers<void>();
      hold = promise;
      await answer([1]);
      waiting = 1;
      await begin(() => polling.pollWhileQueued());
      hold = undefined;
      resolve();
      await settle();
      await settle();
      expect([polling.isActive, receiver.listening]).toEqual([true, true]);
      await answer([2]);
      expect(polling.isActive).toBe(true);
    });

    it('all again later when another process listened, which may be gone by then', async () => {
      [leader, waiting] = [false, 1];
      await begin(() => polling.pollWhileQueued());
      expect([receiver.listening, polling.isActive]).toEqual([false, true]);
      leader = true;
      await clock.advance(30_000);
      expect([polls.length, receiver.listening]).toEqual([1, true]);
    });

    it('does not look again when the other process has sent what waited', async () => {
      [leader, waiting] = [false, 1];
      await begin(() => polling.pollWhileQueued());
      waiting = 0;
      await clock.advance(30_000);
      expect([polls.length, polling.isActive, clock.pending]).toEqual([0, false, 0]);
    });

    it.each<ReceiverState>(['login_needed'])('ends when %s, which only another login mends', async () => {
      waiting = 1;
      await begin(() => polling.pollWhileQueued());
      polls[0]!.reject(new ILinkApiError('getupdates', { errcode: -14 }, []));
      await settle();
      await clock.advance(600_000);
      expect([receiver.listening, polling.isActive, polls.length]).toEqual([false, false, 1]);
    });

    it('goes on when what waits cannot be read for a moment', async () => {
      waiting = 1;
      await begin(() => polling.pollWhileQueued());
      hold = Promise.reject(new Error('busy'));
      await answer([1]);
      hold = undefined;
      expect([polling.isActive, reports]).toEqual([true, ['outbox_not_read']]);
    });
  });

  describe('resuming', () => {
    it('polls for what waits since before, and for nothing else', async () => {
      await begin(() => polling.resume());
      expect(polling.isActive).toBe(false);
      waiting = 1;
      await clock.advance(30_000);
      await begin(() => polling.resume());
      await begin(() => polling.resume());
      expect([polling.isActive, polls.length]).toEqual([true, 1]);
    });

    it('asks the store once in half a minute, however many messages are sent', async () => {
      await begin(() => polling.resume());
      waiting = 1;
      await clock.advance(29_999);
      await begin(() => polling.resume());
      expect(polling.isActive).toBe(false);
      await clock.advance(1);
      await begin(() => polling.resume());
      expect(polling.isActive).toBe(true);
    });

    it('holds up nothing when the store fails', async () => {
      hold = Promise.reject(new Error('full'));
      await begin(() => polling.resume());
      expect([polling.isActive, reports]).toEqual([false, []]);
    });
  });

  describe('the end', () => {
    it('takes everybody along who all, and leaves no timer', async () => {
      const poll = polling.pollOnce();
      await settle();
      await polling.close();
      await poll;
      await clock.advance(0);
      expect([receiver.listening, polling.isActive, clock.pending]).toEqual([false, false, 0]);
    });

    it('is one: nothing begins afterwards', async () => {
      [leader, waiting] = [false, 1];
      await begin(() => polling.pollWhileQueued());
      await polling.close();
      leader = true;
      await begin(() => polling.pollWhileQueued());
      await polling.pollOnce();
      await clock.advance(60_000);
      expect([receiver.listening, polls.length, clock.pending]).toEqual([false, 0, 0]);
    });
  });
});
