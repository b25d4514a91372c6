import { EmulatorClock } from '../../../emulator/clock';
import { Mailbox, type Connection, type PollOptions } from '../../../emulator/mailbox';

class FakeConnection implements Connection {
  closed = false;
  listeners = new Set<() => void>();

  onClose(ended: () => void) {
    this.listeners.add(ended);
    return () => this.listeners.delete(ended);
  }

  close() {
    this.closed = true;
    for (const ended of this.listeners) ended();
  }
}

function setUp() {
  const clock = new EmulatorClock(() => 0);
  const mailbox = new Mailbox(clock);
  return {
    clock,
    mailbox,
    poll: (connection = new FakeConnection(), max = 100, more: Partial<PollOptions> = {}) =>
      mailbox.poll(connection, { holdMs: 1000, max, ...more }),
  };
}

const batch = (json: string) => ({ json, count: 1 });
const batches = (...texts: string[]) => texts.map(batch);

describe('Mailbox', () => {
  it('gives waiting messages at once and in order, and never again', async () => {
    const { clock, mailbox, poll } = setUp();
    mailbox.put(batch('1'));
    mailbox.put(batch('2'));
    expect(await poll()).toEqual({ messages: batches('1', '2') });
    const next = poll();
    clock.advance(1000);
    expect(await next).toBe('hold_over');
  });

  it('gives no more messages at a time than asked for', async () => {
    const { mailbox, poll } = setUp();
    for (const message of ['1', '2', '3']) mailbox.put(batch(message));
    expect(await poll(undefined, 2)).toEqual({ messages: batches('1', '2') });
    expect(await poll(undefined, 2)).toEqual({ messages: batches('3') });
  });

  it('gives a message to exactly one of several held polls, the longest waiting first', async () => {
    const { mailbox, poll } = setUp();
    const [first, second] = [poll(), poll()];
    expect(mailbox.polls).toBe(2);
    mailbox.put(batch('a'));
    expect(await first).toEqual({ messages: batches('a') });
    expect(mailbox.polls).toBe(1);
    mailbox.put(batch('b'));
    expect(await second).toEqual({ messages: batches('b') });
  });

  it('keeps a message for the next poll rather than give it to a connection that is known to be closed', async () => {
    const { mailbox, poll } = setUp();
    const gone = new FakeConnection();
    const held = poll(gone);
    // Closed, and the news of it still on its way.
    gone.closed = true;
    mailbox.put(batch('a'));
    expect(await poll()).toEqual({ messages: batches('a') });
    gone.close();
    expect(await held).toBe('closed');
  });

  it('ends a poll whose connection closes, and forgets its alarm and its listener', async () => {
    const { mailbox, poll } = setUp();
    const connection = new FakeConnection();
    const held = poll(connection);
    connection.close();
    expect(await held).toBe('closed');
    expect(mailbox.polls).toBe(0);
    expect(connection.listeners.size).toBe(0);
  });

  it('does not take messages for a connection that closed before the poll began', async () => {
    const { mailbox, poll } = setUp();
    mailbox.put(batch('a'));
    const gone = new FakeConnection();
    gone.close();
    expect(await poll(gone)).toBe('closed');
    expect(await poll()).toEqual({ messages: batches('a') });
  });

  it('keeps messages from a poll that takes none just now', async () => {
    const { clock, mailbox, poll } = setUp();
    let takes = true;
    const held = poll(undefined, 1, { takes: () => takes });
    takes = false;
    mailbox.put(batch('a'));
    expect(mailbox.waiting).toBe(1);
    clock.advance(1000);
    expect(await held).toBe('hold_over');
    expect(await poll()).toEqual({ messages: batches('a') });
  });

  it('reports two polls of living connections, but not one that ends as the next begins, or that nobody hears any more', () => {
    const { clock, poll } = setUp();
    const reports: string[] = [];
    const onSecond = () => reports.push('second');
    const first = new FakeConnection();
    void poll(first, 1, { onSecond });
    const second = new FakeConnection();
    void poll(second, 1, { onSecond });
    first.close();
    clock.advance(50);
    expect(reports).toEqual([]);
    void poll(new FakeConnection(), 1, { onSecond });
    clock.advance(50);
    expect(reports).toEqual(['second']);
  });

  it('ends an earlier poll when the second takes its place', async () => {
    const { mailbox, poll } = setUp();
    const reports: string[] = [];
    const first = poll();
    const second = poll(undefined, 1, { second: 'replaces', onSecond: () => reports.push('second') });
    expect(await first).toBe('replaced');
    mailbox.put(batch('a'));
    expect(await second).toEqual({ messages: batches('a') });
    expect(reports).toEqual(['second']);
  });

  it('leaves a poll alone that nobody hears any more, and loses a message to it', async () => {
    const { mailbox, poll } = setUp();
    const dead = Object.assign(new FakeConnection(), { dead: true });
    const held = poll(dead);
    const reports: string[] = [];
    void poll(undefined, 1, { second: 'replaces', onSecond: () => reports.push('second') });
    mailbox.put(batch('a'));
    expect(await held).toEqual({ messages: batches('a') });
    expect(reports).toEqual([]);
  });

  it('ends all polls when the token ends, and every later one', async () => {
    const { mailbox, poll } = setUp();
    const held = poll();
    mailbox.revoke();
    expect(await held).toBe('revoked');
    expect(await poll()).toBe('revoked');
  });
});
