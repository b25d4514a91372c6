import { ILinkHttpError } from '../../../../ilink/errors';
import { settle } from '../../../support/fake-clock';
import { countingListener, ReceiverStage, reset, stale, tooLate, updates } from './receiver-stage';

describe('Poller', () => {
  let stage: ReceiverStage;
  let { clock, client, inbox, receiver, reports }: ReceiverStage = new ReceiverStage();

  beforeEach(() => {
    stage = new ReceiverStage();
    ({ clock, client, inbox, receiver, reports } = stage);
  });

  it.each([429, 503])('leaves a server alone that answers %s with Retry-After', async (status) => {
    receiver.listen(countingListener());
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

  it('polls with the cursor that was kept, keeps a new one, and goes on without one', async () => {
    inbox.stored = 'kept';
    receiver.listen(countingListener());
    await settle();
    await client.answer(updates([], { cursor: 'next' }));
    await clock.advance(5_000);
    await client.answer(updates([]));
    await clock.advance(5_000);
    expect(client.polls.map(({ cursor }) => cursor)).toEqual(['kept', 'next', 'next']);
    expect(inbox.stored).toBe('next');
  });

  it('writes nothing for an empty answer', async () => {
    receiver.listen(countingListener());
    await settle();
    await client.answer(updates([]));
    expect(inbox.writes).toBe(0);
  });

  it('reckons with the hold that the server announced', async () => {
    receiver.listen(countingListener());
    await settle();
    await client.answer(updates([1], { holdMs: 16_000 }));
    expect(client.polls[1]!.holdMs).toBe(16_000);
  });

  it('survives every kind of failure, backs off, and says so once', async () => {
    const heard = countingListener();
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
    const heard = countingListener();
    receiver.listen(heard);
    await clock.advance(45_000);
    await client.answer(tooLate());
    expect(client.polls).toHaveLength(2);
    expect(heard.states).toEqual(['connecting']);
  });

  it('says so when poll after poll has no answer, and waits longer for each', async () => {
    const heard = countingListener();
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
    const heard = countingListener();
    receiver.listen(heard);
    await clock.advance(16_000);
    await client.answer(new ILinkHttpError('getupdates', 524));
    expect(heard.states).toEqual(['connecting', 'connected']);
    expect(client.polls).toHaveLength(2);
    await client.answer(new ILinkHttpError('getupdates', 524));
    expect(heard.states).toEqual(['connecting', 'connected', 'retrying']);
  });

  it('does not spin when the server answers "nothing" at once', async () => {
    receiver.listen(countingListener());
    await settle();
    for (let round = 0; round < 20; round++) {
      await client.answer(updates([]));
      await clock.advance(clock.nextInMs!);
    }
    const tookMs = clock.now() - 1_700_000_000_000;
    expect(tookMs).toBeGreaterThan(60_000);
  });

  it('does not spin either when it says the same at once, over and over', async () => {
    const heard = countingListener();
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
      const heard = countingListener();
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
      const heard = countingListener();
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
      const heard = countingListener();
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
      const heard = countingListener();
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
      const heard = countingListener();
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
      stage = new ReceiverStage({
        askAgainMs: async () => gateway.askAgain,
        ended: async (...how) => void gateway.ended.push(how),
      });
      ({ clock, client, inbox, receiver, reports } = stage);
    });

    it('ends the poll itself before the gateway would, and asks again at once', async () => {
      gateway.askAgain = 14_000;
      const heard = countingListener();
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
      receiver.listen(countingListener());
      await clock.advance(14_000);
      await client.answer(updates([1]));
      expect(inbox.kept).toEqual([1]);
    });

    it('says what ended a poll: the gateway with its status, or a connection that broke', async () => {
      receiver.listen(countingListener());
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
      receiver.listen(countingListener());
      await clock.advance(41_000);
      expect(client.polls.map(({ signal }) => signal.aborted)).toEqual([false]);
    });
  });

  describe('with a token that is refused', () => {
    it('tries an empty cursor once before it says so', async () => {
      inbox.stored = 'stale cursor';
      const heard = countingListener();
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
      const heard = countingListener();
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
      const heard = countingListener();
      receiver.listen(heard);
      await settle();
      await client.answer(updates([1]));
      await client.answer(stale());
      expect(heard.states).toEqual(['connecting', 'connected', 'taken_over']);
    });

    it('knows that also when the token worked before a restart', async () => {
      inbox.stored = 'a cursor of this token';
      const heard = countingListener();
      receiver.listen(heard);
      await settle();
      await client.answer(stale());
      await client.answer(stale());
      expect(heard.states).toEqual(['connecting', 'taken_over']);
    });
  });

  describe('with a disk that is full', () => {
    it('does not poll for what it could not keep, and says why', async () => {
      inbox.full = true;
      const heard = countingListener();
      receiver.listen(heard);
      await clock.advance(10_000);
      expect(client.polls).toHaveLength(0);
      expect(heard.states).toEqual(['connecting', 'cannot_keep']);
      inbox.full = false;
      await clock.advance(60_000);
      expect(client.polls).toHaveLength(1);
    });

    it('holds what came just then, until it can be written', async () => {
      const heard = countingListener();
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
      const end = receiver.listen(countingListener());
      await settle();
      inbox.full = true;
      await client.answer(updates([1, 2]));
      await end();
      expect(reports).toEqual(['messages_lost']);
    });
  });
});
