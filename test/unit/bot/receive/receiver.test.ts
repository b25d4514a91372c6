import type { Kept } from '../../../../bot/receive/inbox';
import { Receiver, type Listener, type ReceiverState } from '../../../../bot/receive/receiver';
import type { Updates } from '../../../../ilink/client';
import { readMessage } from '../../../../ilink/incoming';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError } from '../../../../ilink/errors';
import { FakeClock, settle } from '../../../support/fake-clock';

type Answer = Updates | Error;

/** A client whose polls are held until the test answers them. */
class HeldClient {
  readonly polls: { cursor: string; holdMs: number; answer: (with_: Answer) => void; signal: AbortSignal }[] =
    [];
  readonly greetings: string[] = [];
  /** Answers have begun to come, so that they are still read after an abort. */
  finishing = false;

  getUpdates(cursor: string, holdMs: number, signal?: AbortSignal): Promise<Updates> {
    return new Promise((resolve, reject) => {
      const answer = (with_: Answer): void => (with_ instanceof Error ? reject(with_) : resolve(with_));
      signal!.addEventListener('abort', () => this.finishing || reject(signal!.reason as Error));
      this.polls.push({ cursor, holdMs, answer, signal: signal! });
    });
  }

  async notify(what: 'start' | 'stop'): Promise<void> {
    this.greetings.push(what);
    throw new ILinkHttpError('notifystart', 500);
  }

  async answer(with_: Answer): Promise<void> {
    this.polls.at(-1)!.answer(with_);
    await settle();
  }
}

const updates = (messages: unknown[], more: Partial<Updates> = {}): Updates => ({
  messages: messages.map(readMessage),
  holdMs: 35_000,
  ...more,
});
const stale = (): Error => new ILinkApiError('getupdates', { errcode: -14 }, []);
const reset = (): Error => new ILinkNetworkError('getupdates', 'unreachable', 'ECONNRESET', true);
const tooLate = (): Error =>
  new ILinkNetworkError('getupdates', 'timed_out', 'no answer within the limit', true);

/** An inbox in memory, whose disk can be full. */
class FakeInbox {
  kept: unknown[] = [];
  stored = '';
  full = false;
  writes = 0;
  /** What everything that comes is. */
  kind: keyof Kept = 'messages';

  async cursor(): Promise<string> {
    return this.stored;
  }

  async check(): Promise<void> {
    if (this.full) throw Object.assign(new Error('full'), { errcode: 13 });
  }

  async keep({ messages, cursor }: Pick<Updates, 'messages' | 'cursor'>): Promise<Kept> {
    await this.check();
    const fresh = messages.map(({ raw }) => raw).filter((message) => !this.kept.includes(message));
    this.kept.push(...fresh);
    this.stored = cursor ?? this.stored;
    this.writes++;
    return { messages: 0, echoes: 0, strays: 0, [this.kind]: fresh.length };
  }

  async version(): Promise<number> {
    return this.writes;
  }
}

describe('Receiver', () => {
  let clock: FakeClock;
  let client: HeldClient;
  let inbox: FakeInbox;
  let receiver: Receiver;
  let reports: string[];
  let leader: boolean;
  let leases: string[];

  type Ear = Listener & { arrivals: number; states: ReceiverState[] };
  const listener = (): Ear => {
    const ear: Ear = {
      arrivals: 0,
      states: [],
      onArrival: () => ear.arrivals++,
      onHealth: ({ state }) => ear.states.push(state),
    };
    return ear;
  };
  const lease = {
    acquire: async () => {
      if (leader && leases.at(-1) !== 'taken') leases.push('taken');
      return leader;
    },
    release: async () => void leases.push('released'),
  };

  beforeEach(() => {
    clock = new FakeClock();
    client = new HeldClient();
    inbox = new FakeInbox();
    [reports, leases, leader] = [[], [], true];
    receiver = new Receiver({
      client,
      inbox,
      lease,
      clock,
      random: () => 1,
      report: ({ code }) => reports.push(code),
    });
  });

  it('keeps what came and tells every listener, over one poll', async () => {
    const [a, b] = [listener(), listener()];
    receiver.listen(a);
    receiver.listen(b);
    await settle();
    [a.arrivals, b.arrivals] = [0, 0];
    await client.answer(updates([1, 2]));
    await client.answer(updates([3]));
    expect(inbox.kept).toEqual([1, 2, 3]);
    expect([a.arrivals, b.arrivals]).toEqual([2, 2]);
    expect(client.polls).toHaveLength(3);
  });

  it.each([429, 503])('leaves a server alone that answers %s with Retry-After', async (status) => {
    receiver.listen(listener());
    await settle();
    await client.answer(new ILinkHttpError('getupdates', status, '', 120_000));
    await clock.advance(119_999);
    expect(client.polls).toHaveLength(1);
    await clock.advance(12_001);
    expect(client.polls).toHaveLength(2);
    await client.answer(new ILinkHttpError('getupdates', status));
    await clock.advance(2_000);
    expect(client.polls).toHaveLength(3);
  });

  it('keeps messages and cursor before anybody hears of them, and before it polls again', async () => {
    const heard: unknown[] = [];
    receiver.listen({ onArrival: () => heard.push([...inbox.kept], inbox.stored, client.polls.length) });
    await settle();
    heard.length = 0;
    await client.answer(updates([1], { cursor: 'x' }));
    expect(heard).toEqual([[1], 'x', 1]);
  });

  it('polls with the cursor that was kept, keeps a new one, and goes on without one', async () => {
    inbox.stored = 'kept';
    receiver.listen(listener());
    await settle();
    await client.answer(updates([], { cursor: 'next' }));
    await clock.advance(5_000);
    await client.answer(updates([]));
    await clock.advance(5_000);
    expect(client.polls.map(({ cursor }) => cursor)).toEqual(['kept', 'next', 'next']);
    expect(inbox.stored).toBe('next');
  });

  it('writes nothing for an empty answer', async () => {
    receiver.listen(listener());
    await settle();
    await client.answer(updates([]));
    expect(inbox.writes).toBe(0);
  });

  it('reckons with the hold that the server announced', async () => {
    receiver.listen(listener());
    await settle();
    await client.answer(updates([1], { holdMs: 16_000 }));
    expect(client.polls[1]!.holdMs).toBe(16_000);
  });

  it('goes on when a listener fails, and tells the others', async () => {
    const good = listener();
    const bad = (): void => {
      throw new Error('full');
    };
    receiver.listen({ onArrival: bad, onHealth: bad });
    receiver.listen(good);
    await settle();
    good.arrivals = 0;
    await client.answer(updates([1]));
    expect(good.arrivals).toBe(1);
    expect(new Set(reports)).toEqual(new Set(['listener_failed']));
  });

  it('survives every kind of failure, backs off, and says so once', async () => {
    const heard = listener();
    receiver.listen(heard);
    await settle();
    for (const failure of [reset(), new ILinkHttpError('getupdates', 502), new TypeError('bug')]) {
      await client.answer(failure);
      await clock.advance(clock.nextInMs!);
    }
    expect(client.polls).toHaveLength(4);
    expect(heard.states).toEqual(['connecting', 'retrying']);
    await client.answer(updates([1]));
    expect(heard.states).toEqual(['connecting', 'retrying', 'connected']);
    expect(inbox.kept).toEqual([1]);
  });

  it('takes a poll without an answer for an empty one', async () => {
    const heard = listener();
    receiver.listen(heard);
    await clock.advance(45_000);
    await client.answer(tooLate());
    expect(client.polls).toHaveLength(2);
    expect(heard.states).toEqual(['connecting']);
  });

  it('says so when poll after poll has no answer, and waits longer for each', async () => {
    const heard = listener();
    receiver.listen(heard);
    for (let poll = 0; poll < 3; poll++) {
      await clock.advance(45_000);
      await client.answer(tooLate());
    }
    expect(heard.states).toEqual(['connecting', 'retrying']);
    expect(client.polls.map(({ holdMs }) => holdMs)).toEqual([35_000, 70_000, 120_000, 120_000]);
    await client.answer(updates([]));
    expect(heard.states).toEqual(['connecting', 'retrying', 'connected']);
    await clock.advance(5_000);
    expect(client.polls.at(-1)!.holdMs).toBe(35_000);
  });

  it('takes a hold that a gateway cut for an empty poll, and a quick 524 for a failure', async () => {
    const heard = listener();
    receiver.listen(heard);
    await clock.advance(16_000);
    await client.answer(new ILinkHttpError('getupdates', 524));
    expect(heard.states).toEqual(['connecting', 'connected']);
    expect(client.polls).toHaveLength(2);
    await client.answer(new ILinkHttpError('getupdates', 524));
    expect(heard.states).toEqual(['connecting', 'connected', 'retrying']);
  });

  it('does not spin when the server answers "nothing" at once', async () => {
    receiver.listen(listener());
    await settle();
    for (let round = 0; round < 20; round++) {
      await client.answer(updates([]));
      await clock.advance(clock.nextInMs!);
    }
    const tookMs = clock.now() - 1_700_000_000_000;
    expect(tookMs).toBeGreaterThan(60_000);
  });

  it('does not spin either when it says the same at once, over and over', async () => {
    const heard = listener();
    receiver.listen(heard);
    await settle();
    heard.arrivals = 0;
    for (let round = 0; round < 20; round++) {
      await client.answer(updates([1]));
      await clock.advance(clock.nextInMs ?? 0);
    }
    expect(clock.now() - 1_700_000_000_000).toBeGreaterThan(60_000);
    expect(heard.arrivals).toBe(1);
  });

  describe('with answers that bring nothing to work with', () => {
    it('does not spin when what comes at once is never a message, however new it is', async () => {
      inbox.kind = 'strays';
      const heard = listener();
      receiver.listen(heard);
      await settle();
      heard.arrivals = 0;
      for (let round = 0; round < 20; round++) {
        await client.answer(updates([{ stray: round }]));
        await clock.advance(clock.nextInMs ?? 0);
      }
      expect(clock.now() - 1_700_000_000_000).toBeGreaterThan(60_000);
      expect(heard.arrivals).toBe(20);
    });

    it('is not slowed down by echoes of what the bot sends, and tells nobody of them', async () => {
      inbox.kind = 'echoes';
      const heard = listener();
      receiver.listen(heard);
      await settle();
      heard.arrivals = 0;
      for (let round = 0; round < 20; round++) {
        await client.answer(updates([{ echo: round }]));
        await clock.advance(clock.nextInMs ?? 0);
      }
      expect(clock.now() - 1_700_000_000_000).toBeLessThan(5_000);
      expect([heard.arrivals, client.polls.length]).toEqual([0, 21]);
    });

    it('keeps what cannot be read, tells of it, and does not spin', async () => {
      const unreadable = [{ reason: 'not_json' as const, bytes: Buffer.from('x'), size: 1 }];
      const heard = listener();
      receiver.listen(heard);
      await settle();
      heard.arrivals = 0;
      for (let round = 0; round < 20; round++) {
        await client.answer(updates([], { unreadable }));
        await clock.advance(clock.nextInMs ?? 0);
      }
      expect([inbox.writes, heard.arrivals]).toEqual([20, 20]);
      expect(clock.now() - 1_700_000_000_000).toBeGreaterThan(60_000);
    });

    it('suspects a lapsed login after five bare answers in a row, polls on more slowly, and comes back', async () => {
      const heard = listener();
      receiver.listen(heard);
      await settle();
      for (let round = 0; round < 5; round++) {
        expect(heard.states.at(-1)).not.toBe('suspect');
        await client.answer(updates([], { bare: true }));
        if (round < 4) await clock.advance(clock.nextInMs!);
      }
      expect(heard.states).toEqual(['connecting', 'connected', 'suspect']);
      expect(clock.nextInMs).toBeGreaterThanOrEqual(5_000);
      await clock.advance(10_000);
      await client.answer(updates([1]));
      expect(heard.states).toEqual(['connecting', 'connected', 'suspect', 'connected']);
      expect(inbox.kept).toEqual([1]);
    });

    it('suspects nothing when a healthy answer comes between bare ones', async () => {
      const heard = listener();
      receiver.listen(heard);
      await settle();
      for (let round = 0; round < 20; round++) {
        await client.answer(updates([], round % 4 === 3 ? {} : { bare: true }));
        await clock.advance(clock.nextInMs!);
      }
      expect(heard.states).toEqual(['connecting', 'connected']);
    });
  });

  describe('behind a gateway', () => {
    let gateway: { askAgain: number | undefined; ended: [number, string][] };
    beforeEach(() => {
      gateway = { askAgain: undefined, ended: [] };
      receiver = new Receiver({
        client,
        inbox,
        lease,
        clock,
        random: () => 1,
        report: ({ code }) => reports.push(code),
        gateway: {
          askAgainMs: async () => gateway.askAgain,
          ended: async (...how) => void gateway.ended.push(how),
        },
      });
    });

    it('ends the poll itself before the gateway would, and asks again at once', async () => {
      gateway.askAgain = 14_000;
      const heard = listener();
      receiver.listen(heard);
      await clock.advance(14_000);
      expect(client.polls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
      await clock.advance(14_000);
      expect(client.polls).toHaveLength(3);
      await client.answer(updates([1]));
      expect(inbox.kept).toEqual([1]);
      expect(heard.states).toEqual(['connecting', 'connected']);
    });

    it('keeps an answer that came just as it ended the poll', async () => {
      gateway.askAgain = 14_000;
      client.finishing = true;
      receiver.listen(listener());
      await clock.advance(14_000);
      await client.answer(updates([1]));
      expect(inbox.kept).toEqual([1]);
    });

    it('says what ended a poll: the gateway with its status, or a connection that broke', async () => {
      receiver.listen(listener());
      await clock.advance(16_000);
      await client.answer(new ILinkHttpError('getupdates', 524));
      await clock.advance(7_000);
      await client.answer(reset());
      expect(gateway.ended).toEqual([
        [16_000, 'by_gateway'],
        [7_000, 'broken'],
      ]);
    });

    it('lets the server end its poll when it holds for a shorter time than the gateway', async () => {
      gateway.askAgain = 40_000;
      receiver.listen(listener());
      await clock.advance(41_000);
      expect(client.polls.map(({ signal }) => signal.aborted)).toEqual([false]);
    });
  });

  describe('with a token that is refused', () => {
    it('tries an empty cursor once before it says so', async () => {
      inbox.stored = 'stale cursor';
      const heard = listener();
      receiver.listen(heard);
      await settle();
      await client.answer(stale());
      expect(client.polls.map(({ cursor }) => cursor)).toEqual(['stale cursor', '']);
      expect(heard.states).toEqual(['connecting']);
      await client.answer(updates([1], { cursor: 'fresh' }));
      expect(inbox.kept).toEqual([1]);
      expect(client.polls.at(-1)!.cursor).toBe('fresh');
    });

    it('asks about once a minute, and comes back by itself', async () => {
      const heard = listener();
      receiver.listen(heard);
      await settle();
      await client.answer(stale());
      expect(heard.states).toEqual(['connecting', 'login_needed']);
      await clock.advance(59_000);
      expect(client.polls).toHaveLength(1);
      await clock.advance(1_000);
      await client.answer(updates([7]));
      expect(heard.states).toEqual(['connecting', 'login_needed', 'connected']);
      expect(inbox.kept).toEqual([7]);
    });

    it('knows that somebody else has taken over when the token worked before', async () => {
      const heard = listener();
      receiver.listen(heard);
      await settle();
      await client.answer(updates([1]));
      await client.answer(stale());
      expect(heard.states).toEqual(['connecting', 'connected', 'taken_over']);
    });

    it('knows that also when the token worked before a restart', async () => {
      inbox.stored = 'a cursor of this token';
      const heard = listener();
      receiver.listen(heard);
      await settle();
      await client.answer(stale());
      await client.answer(stale());
      expect(heard.states).toEqual(['connecting', 'taken_over']);
    });
  });

  it('tells a listener that comes later how things stand', async () => {
    receiver.listen(listener());
    await settle();
    await client.answer(stale());
    const late = listener();
    receiver.listen(late);
    expect(late.states).toEqual(['login_needed']);
  });

  describe('with a disk that is full', () => {
    it('does not poll for what it could not keep, and says why', async () => {
      inbox.full = true;
      const heard = listener();
      receiver.listen(heard);
      await clock.advance(10_000);
      expect(client.polls).toHaveLength(0);
      expect(heard.states).toEqual(['connecting', 'cannot_keep']);
      inbox.full = false;
      await clock.advance(60_000);
      expect(client.polls).toHaveLength(1);
    });

    it('holds what came just then, until it can be written', async () => {
      const heard = listener();
      receiver.listen(heard);
      await settle();
      inbox.full = true;
      await client.answer(updates([1, 2], { cursor: 'x' }));
      await clock.advance(30_000);
      expect(client.polls).toHaveLength(1);
      expect(heard.states.at(-1)).toBe('cannot_keep');
      inbox.full = false;
      await clock.advance(1_000);
      expect(inbox.kept).toEqual([1, 2]);
      expect(heard.states.at(-1)).toBe('connected');
      expect(client.polls).toHaveLength(2);
    });

    it('says how many messages were lost when it has to end before that', async () => {
      const end = receiver.listen(listener());
      await settle();
      inbox.full = true;
      await client.answer(updates([1, 2]));
      await end();
      expect(reports).toEqual(['messages_lost']);
    });
  });

  describe('beside another process', () => {
    it('does not poll, and passes on what the other one keeps', async () => {
      leader = false;
      const heard = listener();
      receiver.listen(heard);
      await clock.advance(5_000);
      expect(heard.states).toEqual(['connecting', 'standby']);
      const before = heard.arrivals;
      await inbox.keep({ messages: [readMessage(1)] });
      await clock.advance(500);
      expect(heard.arrivals).toBe(before + 1);
      await clock.advance(5_000);
      expect(heard.arrivals).toBe(before + 1);
      expect(client.polls).toHaveLength(0);
      expect(client.greetings).toEqual([]);
    });

    it('takes over within seconds, and goes on where the other one was', async () => {
      leader = false;
      const heard = listener();
      receiver.listen(heard);
      await clock.advance(5_000);
      inbox.stored = 'of the other';
      leader = true;
      await clock.advance(500);
      expect(client.polls.map(({ cursor }) => cursor)).toEqual(['of the other']);
      expect(heard.states).toEqual(['connecting', 'standby', 'connecting']);
    });

    it('gives its place back also when it could read nothing there', async () => {
      inbox.cursor = () => Promise.reject(new Error('disk'));
      const end = receiver.listen(listener());
      await settle();
      expect(leases).toEqual(['taken']);
      await end();
      expect(leases).toEqual(['taken', 'released']);
    });

    it('stops to poll when it has lost its place, and reads the cursor again afterwards', async () => {
      receiver.listen(listener());
      await settle();
      leader = false;
      await client.answer(updates([1], { cursor: 'mine' }));
      inbox.stored = 'of the other';
      await clock.advance(5_000);
      expect(client.polls).toHaveLength(1);
      leader = true;
      await clock.advance(500);
      expect(client.polls.at(-1)!.cursor).toBe('of the other');
    });
  });

  describe('the end', () => {
    it('of the last listener ends the request in flight, and not before', async () => {
      const endFirst = receiver.listen(listener());
      const endSecond = receiver.listen(listener());
      await settle();
      await endFirst();
      expect(client.polls[0]!.signal.aborted).toBe(false);
      await endSecond();
      expect(client.polls[0]!.signal.aborted).toBe(true);
      await clock.advance(600_000);
      expect(client.polls).toHaveLength(1);
      expect(leases).toEqual(['taken', 'released']);
    });

    it('comes at once while it waits to try again', async () => {
      const end = receiver.listen(listener());
      await settle();
      await client.answer(reset());
      await end();
      await clock.advance(600_000);
      expect(client.polls).toHaveLength(1);
    });

    it('still keeps an answer that was there already', async () => {
      const end = receiver.listen(listener());
      await settle();
      client.polls[0]!.answer(updates([1]));
      await end();
      expect(inbox.kept).toEqual([1]);
    });

    it('is over before the next begins, so that there are never two loops', async () => {
      const end = receiver.listen(listener());
      await settle();
      client.finishing = true;
      const ended = end();
      receiver.listen(listener());
      await settle();
      expect(client.polls).toHaveLength(1);
      await client.answer(updates([1]));
      await ended;
      await settle();
      expect(inbox.kept).toEqual([1]);
      expect(client.polls).toHaveLength(2);
      expect(leases).toEqual(['taken', 'released', 'taken']);
    });

    it('is no end for ever', async () => {
      const end = receiver.listen(listener());
      await settle();
      await end();
      receiver.listen(listener());
      await settle();
      await client.answer(updates([1]));
      expect(inbox.kept).toEqual([1]);
    });
  });

  it('says hello and goodbye, and does not mind that nobody wants to hear it', async () => {
    const end = receiver.listen(listener());
    await settle();
    await end();
    await settle();
    expect(client.greetings).toEqual(['start', 'stop']);
    expect(reports).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  describe('leaving', () => {
    const sender = (): Ear => Object.assign(listener(), { forSending: true });

    it('lets a poll that is on its way bring what it has, and does not poll again', async () => {
      const ear = sender();
      receiver.listen(ear);
      await settle();
      receiver.leave(ear);
      expect([client.polls[0]!.signal.aborted, receiver.listening]).toEqual([false, true]);
      await client.answer(updates([1]));
      await clock.advance(60_000);
      expect([inbox.kept, client.polls.length, receiver.listening, leases]).toEqual([
        [1],
        1,
        false,
        ['taken', 'released'],
      ]);
    });

    it('ends at once between two polls, and does not begin another', async () => {
      const ear = sender();
      receiver.listen(ear);
      await settle();
      await client.answer(reset());
      receiver.leave(ear);
      await clock.advance(60_000);
      expect([client.polls.length, receiver.listening, leases.at(-1)]).toEqual([1, false, 'released']);
    });

    it('before the first poll never polls', async () => {
      const ear = sender();
      receiver.listen(ear);
      receiver.leave(ear);
      await clock.advance(60_000);
      expect([client.polls.length, receiver.listening]).toEqual([0, false]);
    });

    it('changes nothing for those who stay, or who come while the last poll is on its way', async () => {
      const [ear, stays] = [sender(), listener()];
      receiver.listen(ear);
      await settle();
      receiver.leave(ear);
      receiver.listen(stays);
      await client.answer(updates([1]));
      expect([client.polls.length, receiver.listening]).toEqual([2, true]);
      receiver.listen(ear);
      receiver.leave(ear);
      expect(client.polls[1]!.signal.aborted).toBe(false);
      expect(leases).toEqual(['taken']);
    });

    it('and listening again at once goes on with one loop', async () => {
      const ear = sender();
      receiver.listen(ear);
      await settle();
      await client.answer(reset());
      receiver.leave(ear);
      receiver.listen(ear);
      await clock.advance(60_000);
      expect(client.polls.filter(({ signal }) => !signal.aborted)).toHaveLength(1);
      expect(receiver.isLeader).toBe(true);
    });
  });

  describe('what it says of itself', () => {
    it('is the leader while it is the one that polls', async () => {
      leader = false;
      const end = receiver.listen(listener());
      await settle();
      expect(receiver.isLeader).toBe(false);
      leader = true;
      await clock.advance(500);
      expect(receiver.isLeader).toBe(true);
      await end();
      expect(receiver.isLeader).toBe(false);
    });
  });
});
