import type { Clock } from '../ilink/clock';
import type { Store } from '../store/store';
import type { Lazy } from './lazy';
import type { Health } from './receive/health';
import type { ReceiverHooks } from './receive/hooks';
import type { BotOutbox } from './send/outbox';
import type { WaitReason } from './send/wait-reasons';
import { troubleOf } from './trouble';
import type { Report } from './report';

/** What is done with the outbox here. */
export type UpkeptOutbox = Pick<BotOutbox, 'usersWrote' | 'noteTrouble' | 'flushAll'>;

export interface OutboxUpkeepDeps {
  /** Whose messages wait. */
  bot: string;
  store: () => Promise<Store>;
  /** Made only when something waits in it, or somebody sends. */
  outbox: Lazy<{ outbox: UpkeptOutbox }>;
  /** How the connection is. */
  receiver: { readonly health: Health };
  clock: Clock;
  report: Report;
}

/** How often expired messages and failed attempts are looked for, and what another process has queued. */
const LOOK_EVERY_MS = 20_000;

/** Tells the outbox of a bot what the poll loop finds out. */
export class OutboxUpkeep implements ReceiverHooks {
  private lookedAt = 0;
  /** What an outbox that is not made yet was not told. */
  private trouble: WaitReason | undefined;

  constructor(private readonly deps: OutboxUpkeepDeps) {}

  /** Costs nothing most of the time, and returns at once. */
  beforePoll(): void {
    // A trouble is one only when it lasts, so that it may be one now without a change.
    this.changed(this.deps.receiver.health);
    const now = this.deps.clock.now();
    if (Math.abs(now - this.lookedAt) < LOOK_EVERY_MS) return;
    this.lookedAt = now;
    this.ifSomethingWaits((outbox) => void outbox.flushAll());
  }

  usersWrote(userIds: string[]): void {
    this.deps.outbox.get().outbox.usersWrote(userIds);
  }

  /** What waits does not wait for its user while the token is refused or the server is not there. */
  changed(health: Health): void {
    const found = troubleOf(health, this.deps.clock.now());
    if (found === undefined) return;
    const trouble = found === 'none' ? undefined : found;
    const made = this.deps.outbox.ifMade;
    if (made) return made.outbox.noteTrouble(trouble);
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    if (trouble) this.ifSomethingWaits((outbox) => outbox.noteTrouble(trouble));
  }

  private ifSomethingWaits(action: (outbox: UpkeptOutbox) => void): void {
    const { store, bot, outbox, report } = this.deps;
    const count = async (): Promise<number> => (await store()).outbox.count(bot);
    count().then(
      (queued) => queued > 0 && action(outbox.get().outbox),
      (error: unknown) => report({ code: 'outbox_not_sent' }, error),
    );
  }
}
