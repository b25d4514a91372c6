import type { Kept } from '../../../../bot/receive/inbox';
import {
  Receiver,
  type Listener,
  type ReceiverDeps,
  type ReceiverState,
} from '../../../../bot/receive/receiver';
import type { Updates } from '../../../../ilink/client';
import { readMessage } from '../../../../ilink/incoming';
import type { News } from '../../../../store/store';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError } from '../../../../ilink/errors';
import { FakeClock, settle } from '../../../support/fake-clock';

export type Answer = Updates | Error;

/** A client whose polls are held until the test answers them. */
export class HeldClient {
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

export const updates = (messages: unknown[], more: Partial<Updates> = {}): Updates => ({
  messages: messages.map(readMessage),
  holdMs: 35_000,
  ...more,
});
export const stale = (): Error => new ILinkApiError('getupdates', { errcode: -14 }, []);
export const reset = (): Error => new ILinkNetworkError('getupdates', 'unreachable', 'ECONNRESET', true);
export const tooLate = (): Error =>
  new ILinkNetworkError('getupdates', 'timed_out', 'no answer within the limit', true);

/** An inbox in memory, whose disk can be full. */
export class FakeInbox {
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

  /** Who is told what another process does. */
  readonly told = new Set<(news: News) => void>();

  async onNews(listener: (news: News) => void): Promise<() => void> {
    this.told.add(listener);
    return () => this.told.delete(listener);
  }

  /** Another process says what it did. */
  async tell(news: News): Promise<void> {
    for (const listener of this.told) listener(news);
    await settle();
  }
}

export type CountingListener = Listener & { arrivals: number; states: ReceiverState[] };

/** A listener that counts what it is told. */
export function countingListener(): CountingListener {
  const listener: CountingListener = {
    arrivals: 0,
    states: [],
    onArrival: () => listener.arrivals++,
    onHealth: ({ state }) => listener.states.push(state),
  };
  return listener;
}

/** A receiver whose server, disk and lease are in the hands of the test. */
export class ReceiverStage {
  readonly clock = new FakeClock();
  readonly client = new HeldClient();
  readonly inbox = new FakeInbox();
  readonly reports: string[] = [];
  readonly leases: string[] = [];
  leader = true;
  /** How often it was tried to get the lease. */
  tries = 0;
  /** What happens elsewhere meanwhile. */
  whileTrying: (() => Promise<void>) | undefined;
  readonly receiver: Receiver;

  constructor(gateway?: ReceiverDeps['gateway']) {
    this.receiver = new Receiver({
      ...(gateway && { gateway }),
      client: this.client,
      inbox: this.inbox,
      lease: {
        acquire: async () => {
          this.tries++;
          const { leader } = this;
          if (leader && this.leases.at(-1) !== 'taken') this.leases.push('taken');
          await this.whileTrying?.();
          return leader;
        },
        release: async () => void this.leases.push('released'),
      },
      clock: this.clock,
      random: () => 1,
      report: ({ code }) => this.reports.push(code),
    });
  }
}
