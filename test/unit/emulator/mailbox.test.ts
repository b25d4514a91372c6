import { EmulatorClock } from '../../../emulator/clock';
import { Mailbox, type Connection } from '../../../emulator/mailbox';

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
    poll: (connection = new FakeConnection(), max = 100) => mailbox.poll(connection, 1000, max),
  };
}

describe('Mailbox', () => {
  it('gives waiting messages at once and in order, and never again', async () => {
    const { clock, mailbox, poll } = setUp();
    mailbox.put('1');
    mailbox.put('2');
    expect(await poll()).toEqual({ messages: ['1', '2'] });
    const next = poll();
    clock.advance(1000);
    expect(await next).toBe('hold_over');
  });

  it('gives no more messages at a time than asked for', async () => {
    const { mailbox, poll } = setUp();
    for (const message of ['1', '2', '3']) mailbox.put(message);
    expect(await poll(undefined, 2)).toEqual({ messages: ['1', '2'] });
    expect(await poll(undefined, 2)).toEqual({ messages: ['3'] });
  });

  it('gives a message to exactly one of several held polls, the longest waiting first', async () => {
    const { mailbox, poll } = setUp();
    const [first, second] = [poll(), poll()];
    expect(mailbox.polls).toBe(2);
    mailbox.put('a');
    expect(await first).toEqual({ messages: ['a'] });
    expect(mailbox.polls).toBe(1);
    mailbox.put('b');
    expect(await second).toEqual({ messages: ['b'] });
  });

  it('keeps a message for the next poll rather than give it to a connection that is known to be closed', async () => {
    const { mailbox, poll } = setUp();
    const gone = new FakeConnection();
    const held = poll(gone);
    // Closed, and the news of it still on its way.
    gone.closed = true;
    mailbox.put('a');
    expect(await poll()).toEqual({ messages: ['a'] });
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
    mailbox.put('a');
    const gone = new FakeConnection();
    gone.close();
    expect(await poll(gone)).toBe('closed');
    expect(await poll()).toEqual({ messages: ['a'] });
  });

  it('ends all polls when the token ends, and every later one', async () => {
    const { mailbox, poll } = setUp();
    const held = poll();
    mailbox.revoke();
    expect(await held).toBe('revoked');
    expect(await poll()).toBe('revoked');
  });
});
