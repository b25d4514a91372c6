import type { CancelAlarm, EmulatorClock } from './clock';

/** A connection somebody waits on. */
export interface Connection {
  readonly closed: boolean;
  /** Nobody hears any more what is said here, and the server does not know: a gateway in front has given up. */
  readonly dead?: boolean;
  /** Calls `ended` when the connection closes; the result takes that back. */
  onClose(ended: () => void): () => void;
}

/** Messages that go out in one answer: JSON texts with commas between them, which may be no JSON at all. */
export interface Batch {
  json: string | Buffer;
  count: number;
  /** Called when the answer with these messages was written. */
  onGiven?: () => void;
}

/** How a held poll ended: with messages, by its hold, by a newer poll, because the caller went away, or because the token ended. */
export type PollEnd = { messages: Batch[] } | 'hold_over' | 'replaced' | 'closed' | 'revoked';

export interface PollOptions {
  holdMs: number;
  /** At most so many batches in one answer. */
  max: number;
  /** Whether this poll gets messages at all, asked whenever there is one. */
  takes?: () => boolean;
  /** What a poll does to an earlier one that is still held: they share what comes, or the earlier one ends. */
  second?: 'splits' | 'replaces';
  /** Hears that two polls of living connections were held at once. */
  onSecond?: () => void;
}

interface HeldPoll {
  connection: Connection;
  takes(): boolean;
  end(how: PollEnd): void;
}

/** A client that ends one poll and begins the next on another connection may seem to hold both for a moment. */
const SECOND_POLL_GRACE_MS = 50;

/**
 * The messages that wait for one bot, and the polls that wait for messages. A message goes to exactly one poll and is gone then:
 * the real server acknowledges on delivery and replays nothing.
 */
export class Mailbox {
  private readonly queue: Batch[] = [];
  private readonly held = new Set<HeldPoll>();
  private revoked = false;

  constructor(private readonly clock: EmulatorClock) {}

  /** Number of polls held open. */
  get polls(): number {
    return this.held.size;
  }

  /** Number of batches that wait for a poll. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Hands the batch to the poll that waits longest, or keeps it. A connection known to be closed gets nothing. */
  put(batch: Batch): void {
    for (const poll of this.held) {
      if (poll.connection.closed || !poll.takes()) continue;
      poll.end({ messages: [batch] });
      return;
    }
    this.queue.push(batch);
  }

  /** Up to `max` waiting batches at once, else the next one, else the end of the hold. */
  poll(connection: Connection, options: PollOptions): Promise<PollEnd> {
    const { max, takes = () => true } = options;
    if (this.revoked) return Promise.resolve('revoked');
    if (connection.closed) return Promise.resolve('closed');
    if (this.queue.length > 0 && takes()) return Promise.resolve({ messages: this.queue.splice(0, max) });
    const earlier = [...this.held].filter(({ connection: other }) => !other.closed && !other.dead);
    return new Promise((resolve) => {
      const poll = this.hold(connection, takes, options.holdMs, resolve);
      if (earlier.length > 0) this.meet(earlier, poll, options);
    });
  }

  private hold(
    connection: Connection,
    takes: () => boolean,
    holdMs: number,
    resolve: (how: PollEnd) => void,
  ): HeldPoll {
    let stopAlarm: CancelAlarm = () => {};
    let stopWatching: () => void = () => {};
    const poll: HeldPoll = {
      connection,
      takes,
      end: (how) => {
        stopAlarm();
        stopWatching();
        if (this.held.delete(poll)) resolve(how);
      },
    };
    this.held.add(poll);
    stopAlarm = this.clock.in(holdMs, () => poll.end('hold_over'));
    stopWatching = connection.onClose(() => poll.end('closed'));
    return poll;
  }

  private meet(earlier: HeldPoll[], poll: HeldPoll, { second, onSecond = () => {} }: PollOptions): void {
    if (second === 'replaces') {
      for (const other of earlier) other.end('replaced');
      onSecond();
      return;
    }
    const isHeld = (one: HeldPoll) => this.held.has(one) && !one.connection.closed;
    this.clock.in(SECOND_POLL_GRACE_MS, () => {
      if (isHeld(poll) && earlier.some(isHeld)) onSecond();
    });
  }

  /** Ends all polls: the token is no longer good. */
  revoke(): void {
    this.revoked = true;
    for (const poll of this.held) poll.end('revoked');
  }
}
