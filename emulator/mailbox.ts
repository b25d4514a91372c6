import type { CancelAlarm, EmulatorClock } from './clock';

/** A connection somebody waits on. */
export interface Connection {
  readonly closed: boolean;
  /** Calls `ended` when the connection closes; the result takes that back. */
  onClose(ended: () => void): () => void;
}

/** How a held poll ended: with messages, by its hold, because the caller went away, or because the token ended. */
export type PollEnd = { messages: string[] } | 'hold_over' | 'closed' | 'revoked';

interface HeldPoll {
  connection: Connection;
  end(how: PollEnd): void;
}

/**
 * The messages that wait for one bot, as JSON text, and the polls that wait for messages. A message goes to exactly one poll
 * and is gone then: the real server acknowledges on delivery and replays nothing.
 */
export class Mailbox {
  private readonly queue: string[] = [];
  private readonly held = new Set<HeldPoll>();
  private revoked = false;

  constructor(private readonly clock: EmulatorClock) {}

  /** Number of polls held open. */
  get polls(): number {
    return this.held.size;
  }

  /** Hands the message to the poll that waits longest, or keeps it. A connection known to be closed gets nothing. */
  put(message: string): void {
    for (const poll of this.held) {
      if (poll.connection.closed) continue;
      poll.end({ messages: [message] });
      return;
    }
    this.queue.push(message);
  }

  /** Up to `max` waiting messages at once, else the next one, else the end of the hold. */
  poll(connection: Connection, holdMs: number, max: number): Promise<PollEnd> {
    if (this.revoked) return Promise.resolve('revoked');
    if (connection.closed) return Promise.resolve('closed');
    if (this.queue.length > 0) return Promise.resolve({ messages: this.queue.splice(0, max) });
    return new Promise((resolve) => {
      let stopAlarm: CancelAlarm = () => {};
      let stopWatching: () => void = () => {};
      const poll: HeldPoll = {
        connection,
        end: (how) => {
          stopAlarm();
          stopWatching();
          if (this.held.delete(poll)) resolve(how);
        },
      };
      this.held.add(poll);
      stopAlarm = this.clock.in(holdMs, () => poll.end('hold_over'));
      stopWatching = connection.onClose(() => poll.end('closed'));
    });
  }

  /** Ends all polls: the token is no longer good. */
  revoke(): void {
    this.revoked = true;
    for (const poll of this.held) poll.end('revoked');
  }
}
