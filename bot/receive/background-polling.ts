import type { Clock } from '../../ilink/clock';
import type { Listener, Receiver, ReceiverHooks, ReceiverState } from './receiver';
import type { Report } from '../report';

export interface BackgroundPollingDeps {
  /** The poll loop of the bot. */
  receiver: Pick<Receiver, 'listen' | 'leave' | 'listening'>;
  /** Fails when this process must not poll. */
  mayPoll?: () => Promise<void>;
  /** Whether messages wait for users to write. */
  somethingWaits: () => Promise<boolean>;
  /** Keeps the bot in use until the returned function is called. */
  retain?: () => () => void;
  clock: Clock;
  report: Report;
}

/** The server answers at once when something is there, so that a longer wait would bring nothing. */
const ANSWER_MS = 2_000;
/** With these there is nothing to wait for: another process listens, or nobody can. */
const POINTLESS: ReadonlySet<ReceiverState> = new Set([
  'standby',
  'login_needed',
  'taken_over',
  'cannot_keep',
]);
/** The process that listens may end, and the disk gets room again. A new login is another bot. */
const PASSES: ReadonlySet<ReceiverState> = new Set(['standby', 'cannot_keep']);
/** While something waits that this process did not listen for, it tries again after this. */
const AGAIN_MS = 30_000;

/**
 * Polls for senders, where no trigger does: whoever only sends has to learn that the user wrote. What comes is kept
 * for triggers that start later. It never takes anything from a receiver that lives, because it is the same one, or it
 * does not get the lease.
 */
export class BackgroundPolling implements ReceiverHooks {
  private readonly listener: Listener = {
    forSending: true,
    onArrival: () => undefined,
    onHealth: ({ state }) => this.onState(state),
  };
  private isPolling = false;
  private closed = false;
  /** A single poll that is under way, for everybody who wants one meanwhile. */
  private current: Promise<void> | undefined;
  /** How often somebody wanted it to listen; whoever is about to end sees by it that something was queued meanwhile. */
  private asked = 0;
  private cancelAgain: (() => void) | undefined;
  private askedStoreAt = -Infinity;
  /** Lets go of the bot. */
  private release: (() => void) | undefined;
  private endNow: () => Promise<void> = () => Promise.resolve();
  /** Resolved when the server has answered, or is not likely to have anything. */
  private firstAnswer: Promise<void> = Promise.resolve();
  private isAnswered = false;
  private answered: () => void = () => undefined;

  constructor(private readonly deps: BackgroundPollingDeps) {}

  /** Whether it listens, or will do so again. */
  get isActive(): boolean {
    return this.isPolling || this.cancelAgain !== undefined;
  }

  /**
   * Polls once, unless somebody listens anyway, and so knows whether anybody has written. A poll that has nothing to bring goes on by
   * itself until the server ends it: to abort it could cost a message that is on its way.
   *
   * @throws when this process must not poll
   */
  pollOnce(): Promise<void> {
    this.current ??= this.pollOnceNow().finally(() => (this.current = undefined));
    return this.current;
  }

  /** Something was queued: listens until nothing waits any more. Returns at once. */
  pollWhileQueued(): void {
    this.asked++;
    if (!this.isPolling && !this.closed) this.begin();
  }

  /**
   * Something may wait from before, and the process that queued it may be gone: polls while it does. Returns at once. Called after each
   * send, so the store is asked once in half a minute.
   */
  resume(): void {
    if (this.isActive) return;
    const now = this.deps.clock.now();
    if (Math.abs(now - this.askedStoreAt) < AGAIN_MS) return;
    this.askedStoreAt = now;
    this.deps.somethingWaits().then(
      (waits) => waits && this.pollWhileQueued(),
      () => undefined, // Whoever sends says by itself that the store has failed.
    );
  }

  /** Ends the polling when it is not needed any more. */
  async beforePoll(): Promise<void> {
    if (!this.isPolling) return;
    // A single poll has its first answer only from the one that comes now. Once it has it, it may be that no further one is needed.
    if (this.current) return this.isAnswered ? this.current : undefined;
    await this.endUnlessNeeded();
  }

  /** Ends at once, with the request in flight. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelAgain?.();
    this.cancelAgain = undefined;
    this.isPolling = false;
    this.answered();
    this.retainOrRelease();
    await this.endNow();
  }

  private async pollOnceNow(): Promise<void> {
    if (this.closed) return;
    if (!this.deps.receiver.listening) await this.deps.mayPoll?.();
    if (this.closed) return;
    if (!this.deps.receiver.listening) this.begin();
    // Somebody else listens, and so knows.
    else if (!this.isPolling) return;
    await this.firstAnswer;
    await this.endUnlessNeeded();
  }

  private async endUnlessNeeded(): Promise<void> {
    const { asked } = this;
    const isNeeded = await this.waits();
    if (!isNeeded && asked === this.asked) this.end();
  }

  private onState(state: ReceiverState): void {
    if (state === 'connecting') return;
    this.answered();
    if (!POINTLESS.has(state)) return;
    // Not at once: the receiver is just telling its listeners.
    queueMicrotask(() => void this.giveUp(state));
  }

  private async giveUp(state: ReceiverState): Promise<void> {
    this.end();
    if (PASSES.has(state) && (await this.waits()) && !this.closed) this.againLater();
  }

  private againLater(): void {
    this.cancelAgain ??= this.deps.clock.after(
      AGAIN_MS,
      () => {
        this.cancelAgain = undefined;
        this.resume();
        this.retainOrRelease();
      },
      true,
    );
    this.retainOrRelease();
  }

  private begin(): void {
    this.isPolling = true;
    this.retainOrRelease();
    this.firstAnswer = new Promise((resolve) => {
      const cancel = this.deps.clock.after(ANSWER_MS, resolve);
      this.isAnswered = false;
      this.answered = () => {
        this.isAnswered = true;
        cancel();
        resolve();
      };
    });
    this.endNow = this.deps.receiver.listen(this.listener);
  }

  /** The bot has to stay in use as long as this listens, or will do so again. */
  private retainOrRelease(): void {
    if (this.isActive) this.release ??= this.deps.retain?.();
    else {
      this.release?.();
      this.release = undefined;
    }
  }

  private end(): void {
    if (!this.isPolling) return;
    this.isPolling = false;
    this.answered();
    this.deps.receiver.leave(this.listener);
    this.retainOrRelease();
  }

  private waits(): Promise<boolean> {
    return this.deps.somethingWaits().catch((error: unknown) => {
      this.deps.report({ code: 'outbox_not_read' }, error);
      return true;
    });
  }
}
