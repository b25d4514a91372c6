import { readMessage } from '../../../../ilink/incoming';
import { settle } from '../../../support/fake-clock';
import {
  countingListener,
  ReceiverStage,
  reset,
  stale,
  updates,
  type CountingListener,
} from './receiver-stage';

describe('Receiver', () => {
  let stage: ReceiverStage;
  let { clock, client, inbox, receiver, reports, leases }: ReceiverStage = new ReceiverStage();

  beforeEach(() => {
    stage = new ReceiverStage();
    ({ clock, client, inbox, receiver, reports, leases } = stage);
  });

  it('keeps what came and tells every listener, over one poll', async () => {
    const [a, b] = [countingListener(), countingListener()];
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

  it('keeps messages and cursor before anybody hears of them, and before it polls again', async () => {
    const heard: unknown[] = [];
    receiver.listen({ onArrival: () => heard.push([...inbox.kept], inbox.stored, client.polls.length) });
    await settle();
    heard.length = 0;
    await client.answer(updates([1], { cursor: 'x' }));
    expect(heard).toEqual([[1], 'x', 1]);
  });

  it('goes on when a listener fails, and tells the others', async () => {
    const good = countingListener();
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

  it('tells a listener that comes later how things stand', async () => {
    receiver.listen(countingListener());
    await settle();
    await client.answer(stale());
    const late = countingListener();
    receiver.listen(late);
    expect(late.states).toEqual(['login_needed']);
  });

  describe('beside another process', () => {
    it('does not poll, and passes on what the other one keeps', async () => {
      stage.leader = false;
      const heard = countingListener();
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
      stage.leader = false;
      const heard = countingListener();
      receiver.listen(heard);
      await clock.advance(5_000);
      inbox.stored = 'of the other';
      stage.leader = true;
      await clock.advance(500);
      expect(client.polls.map(({ cursor }) => cursor)).toEqual(['of the other']);
      expect(heard.states).toEqual(['connecting', 'standby', 'connecting']);
    });

    it('passes on at once what the other one says that it kept, and does not try for the lease because of it', async () => {
      stage.leader = false;
      const heard = countingListener();
      receiver.listen(heard);
      await settle();
      const before = [heard.arrivals, stage.tries];
      await inbox.tell('kept');
      expect([heard.arrivals, stage.tries]).toEqual([before[0]! + 1, before[1]]);
    });

    it('takes over at once when the other one says that it leaves', async () => {
      stage.leader = false;
      receiver.listen(countingListener());
      await settle();
      stage.leader = true;
      await inbox.tell('released');
      await clock.advance(0);
      expect(client.polls).toHaveLength(1);
      expect(inbox.told.size).toBe(0);
    });

    it('tries once more when the other one leaves while it is told that the lease is taken', async () => {
      stage.leader = false;
      receiver.listen(countingListener());
      await settle();
      const { tries } = stage;
      stage.whileTrying = async () => {
        stage.whileTrying = undefined;
        stage.leader = true;
        await inbox.tell('released');
      };
      await clock.advance(500);
      expect(stage.tries).toBe(tries + 2);
      expect(client.polls).toHaveLength(1);
    });

    it('listens to nobody any more when it ends', async () => {
      stage.leader = false;
      const end = receiver.listen(countingListener());
      await settle();
      expect(inbox.told.size).toBe(1);
      await end();
      expect(inbox.told.size).toBe(0);
    });

    it('gives its place back also when it could read nothing there', async () => {
      inbox.cursor = () => Promise.reject(new Error('disk'));
      const end = receiver.listen(countingListener());
      await settle();
      expect(leases).toEqual(['taken']);
      await end();
      expect(leases).toEqual(['taken', 'released']);
    });

    it('stops to poll when it has lost its place, and reads the cursor again afterwards', async () => {
      receiver.listen(countingListener());
      await settle();
      stage.leader = false;
      await client.answer(updates([1], { cursor: 'mine' }));
      inbox.stored = 'of the other';
      await clock.advance(5_000);
      expect(client.polls).toHaveLength(1);
      stage.leader = true;
      await clock.advance(500);
      expect(client.polls.at(-1)!.cursor).toBe('of the other');
    });
  });

  describe('the end', () => {
    it('of the last listener ends the request in flight, and not before', async () => {
      const endFirst = receiver.listen(countingListener());
      const endSecond = receiver.listen(countingListener());
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
      const end = receiver.listen(countingListener());
      await settle();
      await client.answer(reset());
      await end();
      await clock.advance(600_000);
      expect(client.polls).toHaveLength(1);
    });

    it('still keeps an answer that was there already', async () => {
      const end = receiver.listen(countingListener());
      await settle();
      client.polls[0]!.answer(updates([1]));
      await end();
      expect(inbox.kept).toEqual([1]);
    });

    it('is over before the next begins, so that there are never two loops', async () => {
      const end = receiver.listen(countingListener());
      await settle();
      client.finishing = true;
      const ended = end();
      receiver.listen(countingListener());
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
      const end = receiver.listen(countingListener());
      await settle();
      await end();
      receiver.listen(countingListener());
      await settle();
      await client.answer(updates([1]));
      expect(inbox.kept).toEqual([1]);
    });
  });

  it('says hello and goodbye, and does not mind that nobody wants to hear it', async () => {
    const end = receiver.listen(countingListener());
    await settle();
    await end();
    await settle();
    expect(client.greetings).toEqual(['start', 'stop']);
    expect(reports).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  describe('leaving', () => {
    const sender = (): CountingListener => Object.assign(countingListener(), { forSending: true });

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
      const [ear, stays] = [sender(), countingListener()];
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
      stage.leader = false;
      const end = receiver.listen(countingListener());
      await settle();
      expect(receiver.isLeader).toBe(false);
      stage.leader = true;
      await clock.advance(500);
      expect(receiver.isLeader).toBe(true);
      await end();
      expect(receiver.isLeader).toBe(false);
    });
  });
});
