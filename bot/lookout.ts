import type { Clock } from '../ilink/clock';
import type { Listener, Receiver, ReceiverState } from './receiver';

export interface LookoutDeps {
  /** The poll loop of the bot; nothing when what comes could not be kept. */
  receiver: () => Promise<Receiver | undefined>;
  /** Whether messages wait for users to write. */
  somethingWaits: () => Promise<boolean>;
  /** Keeps the bot in use until the returned function is called. */
  hold?: () => () => void;
  clock: Clock;
  report: (what: string, error?: unknown) => void;
}

/** The server answers at once when something is there, so that a longer wait would bring nothing. */
const LOOK_MS = 2_000;
/** With these there is nothing to wait for: another process listens, or nobody can. */
const POINTLESS: ReadonlySet<ReceiverState> = new Set([
  'standby',
  'login_needed',
  'taken_over',
  'cannot_keep',
]);

/**
 * Listens for senders, where no trigger does: a workflow that only sends has to learn that the user wrote. What comes is kept
 * for triggers that start later. It never takes anything from a receiver that lives, because it is the same one, or it
 * does not get the lease.
 */
export class Lookout {
  private readonly listener: Listener = {
    forSending: true,
    onArrival: () => undefined,
    onHealth: ({ state }) => this.onState(state),
  };
  private on = false;
  /** Whether somebody waits for the first answer. */
  private looking = false;
  private release: () => void = () => undefined;
  private endNow: () => Promise<void> = () => Promise.resolve();
  private answered: () => void = () => undefined;

  constructor(private readonly deps: LookoutDeps) {}

  /** Whether it listens. */
  get watching(): boolean {
    return this.on;
  }

  /**
   * Looks once whether anybody has written, unless somebody listens anyway. A poll that has nothing to bring goes on by
   * itself until the server ends it: to abort it could cost a message that is on its way.
   */
  async look(): Promise<void> {
    const receiver = await this.receiver();
    if (!receiver || receiver.listening) return;
    this.looking = true;
    await this.firstAnswer(receiver);
    this.looking = false;
    if (await this.waits()) return;
    this.end(receiver);
  }

  /** Something was queued: listens until nothing waits any more. Returns at once. */
  watch(): void {
    void this.receiver().then((receiver) => {
      if (receiver && !this.on) this.begin(receiver);
    });
  }

  /** To be called in every round of the poll loop. */
  async round(): Promise<void> {
    if (this.on && !this.looking && !(await this.waits())) {
      const receiver = await this.receiver();
      if (receiver) this.end(receiver);
    }
  }

  /** Ends at once, with the request in flight. Nothing may be called afterwards. */
  async close(): Promise<void> {
    if (this.on) this.release();
    this.on = false;
    await this.endNow();
  }

  private firstAnswer(receiver: Receiver): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.deps.clock.after(LOOK_MS, resolve);
      this.answered = () => {
        cancel();
        resolve();
      };
      this.begin(receiver);
    });
  }

  private onState(state: ReceiverState): void {
    if (state === 'connecting') return;
    this.answered();
    if (!POINTLESS.has(state)) return;
    // Not at once: the receiver is just telling its listeners.
    queueMicrotask(() => void this.receiver().then((receiver) => receiver && this.end(receiver)));
  }

  private begin(receiver: Receiver): void {
    this.on = true;
    this.release = this.deps.hold?.() ?? this.release;
    this.endNow = receiver.listen(this.listener);
  }

  private end(receiver: Receiver): void {
    if (!this.on) return;
    this.on = false;
    this.answered = () => undefined;
    receiver.leave(this.listener);
    this.release();
  }

  private waits(): Promise<boolean> {
    return this.deps.somethingWaits().catch((error: unknown) => {
      this.deps.report('The queue could not be read', error);
      return false;
    });
  }

  private receiver(): Promise<Receiver | undefined> {
    return this.deps.receiver().catch((error: unknown) => {
      this.deps.report('Nobody can look whether users have written', error);
      return undefined;
    });
  }
}
