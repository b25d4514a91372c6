import type { Clock } from '../ilink/clock';
import type { Store } from '../store/store';
import type { Report } from './report';

/** How long messages are kept. */
export interface KeepLimits {
  days: number;
  /** Messages of one bot. */
  messages: number;
  /** Messages of one bot that wait until their users write; 10,000 by default. */
  queued?: number;
  /** Messages that no subscriber has had, of all bots together; 100,000 by default. */
  waiting?: number;
}

export interface HousekeepingDeps {
  store: Pick<Store, 'prune' | 'jobs'>;
  keep: KeepLimits;
  clock: Clock;
  report: Report;
}

const PRUNE_EVERY_MS = 600_000;
const DAY_MS = 86_400_000;
/** Messages that no subscriber has had, of all bots together: far more than a person can write in a week. */
export const MAX_WAITING = 100_000;

/** Deletes what is old or too much, for all bots at once and in one of the processes that share the store. */
export class Housekeeping {
  /** When it last pruned, or began anew to wait for that. */
  private prunedAt: number;
  private tickedAt: number;

  constructor(private readonly deps: HousekeepingDeps) {
    this.prunedAt = this.tickedAt = deps.clock.now();
  }

  /**
   * To be called at every poll of any bot; costs nothing most of the time, and returns at once.
   *
   * Nothing is pruned right after a start, nor when the time has jumped since the call before (a machine that slept, a clock
   * that was set): what has become too old by that is first handed over to those who want it.
   */
  tick(): void {
    const now = this.deps.clock.now();
    if (Math.abs(now - this.tickedAt) >= PRUNE_EVERY_MS) this.prunedAt = now;
    this.tickedAt = now;
    if (now - this.prunedAt < PRUNE_EVERY_MS) return;
    this.prunedAt = now;
    void this.prune(now).catch((error: unknown) => this.deps.report({ code: 'prune_failed' }, error));
  }

  private async prune(now: number): Promise<void> {
    const { store, keep, report } = this.deps;
    if (!(await store.jobs.claim('prune', now, PRUNE_EVERY_MS))) return;
    const { days, messages, waiting = MAX_WAITING } = keep;
    const pruned = await store.prune({ before: now - days * DAY_MS, messages, waiting });
    if (pruned.waiting > 0) {
      report({ code: 'waiting_pruned', facts: { messages: pruned.waiting, days } });
    }
  }
}
