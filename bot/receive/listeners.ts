import type { Clock } from '../../ilink/clock';
import type { ILinkError } from '../../ilink/errors';
import type { StoreTrouble } from '../store-trouble';
import type { Health, Listener, ReceiverState } from './health';
import type { ReceiverHooks } from './hooks';
import type { Report } from '../report';

export interface ListenersDeps {
  clock: Clock;
  report: Report;
}

/** Everybody who is told what the poll loop of a bot does, and the state that they were told last. */
export class Listeners {
  private readonly listeners = new Set<Listener>();
  private readonly hooks: ReceiverHooks[] = [];
  private current: Health;

  constructor(private readonly deps: ListenersDeps) {
    this.current = { state: 'connecting', since: deps.clock.now() };
  }

  get health(): Health {
    return this.current;
  }

  get size(): number {
    return this.listeners.size;
  }

  /** Whether all of them take the messages that come. A test in the editor does, and keeps none. */
  get allTake(): boolean {
    return this.size > 0 && [...this.listeners].every(({ forSending }) => !forSending);
  }

  add(listener: Listener): void {
    this.listeners.add(listener);
  }

  remove(listener: Listener): void {
    this.listeners.delete(listener);
  }

  addHooks(hooks: ReceiverHooks): void {
    this.hooks.push(hooks);
  }

  /** Tells one that came later how it is. */
  tellHealth(listener: Listener): void {
    this.guarded(() => listener.onHealth?.(this.current));
  }

  /** Something new is in the store. */
  notify(): void {
    for (const listener of this.listeners) this.guarded(() => listener.onArrival());
  }

  usersWrote(userIds: string[]): void {
    for (const hooks of this.hooks) this.guarded(() => hooks.usersWrote?.(userIds));
  }

  async beforePoll(): Promise<void> {
    for (const hooks of this.hooks) {
      try {
        await hooks.beforePoll?.();
      } catch (error) {
        this.deps.report({ code: 'listener_failed' }, error);
      }
    }
  }

  setHealth(state: ReceiverState, error?: ILinkError | StoreTrouble): void {
    if (state === this.current.state) return;
    this.current = { state, since: this.deps.clock.now(), ...(error && { error }) };
    for (const hooks of this.hooks) this.guarded(() => hooks.changed?.(this.current));
    for (const listener of this.listeners) this.tellHealth(listener);
  }

  /** Another loop begins. Nobody is told: who listens has just come, or was told when the one before it ended. */
  startOver(): void {
    this.current = { state: 'connecting', since: this.deps.clock.now() };
  }

  private guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.deps.report({ code: 'listener_failed' }, error);
    }
  }
}
