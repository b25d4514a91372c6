import type { Clock } from '../ilink/clock';
import type { Store } from '../store/store';
import type { Copies } from './copies';
import { Deliveries } from './receive/deliveries';
import { Housekeeping, type KeepLimits } from './housekeeping';
import { LONGEST_LIFE_MS, LeaseHolder, type Dead } from './receive/leadership';
import type { Report } from './report';
import { Sharing, type ProcessRole } from './sharing';

export interface MemoryOptions {
  clock: Clock;
  keep: KeepLimits;
  report: Report;
  /** Whether the process behind an owner id is certainly gone. */
  isDead?: Dead;
  /** Other copies of this package in the process. */
  copies?: Copies;
  /** What this process does where several belong together. */
  role?: ProcessRole | undefined;
}

/** What this process remembers: the store, who it is among the processes on that store, and what is being handed over. */
export class Memory {
  readonly leaseHolder: LeaseHolder;
  readonly housekeeping: Housekeeping;
  readonly sharing: Sharing;
  /** When this process began to remember. Milliseconds since 1970. */
  readonly startedAt: number;
  private readonly bySubscriber = new Map<string, Deliveries>();

  private constructor(
    readonly store: Store,
    /** When the process before this one ended, as far as is known. */
    readonly previousEnd: number,
    readonly options: MemoryOptions,
  ) {
    const { clock, keep, report, isDead, copies } = options;
    this.housekeeping = new Housekeeping({ store, keep, clock, report });
    this.sharing = new Sharing({ store, role: options.role, clock, report });
    void this.sharing.announce();
    this.startedAt = clock.now();
    this.leaseHolder = new LeaseHolder({
      leases: store.leases,
      clock,
      report,
      ...(isDead && { isDead }),
      ...(copies && { copies }),
    });
  }

  static async of(store: Store, options: MemoryOptions): Promise<Memory> {
    return new Memory(
      store,
      await store.leases.lastHeartbeat(options.clock.now() + LONGEST_LIFE_MS),
      options,
    );
  }

  /** The deliveries of a subscriber; the same object for as long as it has something under way. */
  deliveries(subscriber: string): Deliveries {
    for (const [key, deliveries] of this.bySubscriber) {
      if (deliveries.idle) this.bySubscriber.delete(key);
    }
    const { clock, report, copies } = this.options;
    const deliveries =
      this.bySubscriber.get(subscriber) ??
      new Deliveries({
        subscriber,
        inbox: this.store.inbox,
        owner: this.leaseHolder,
        clock,
        report,
        ...(copies && { copies }),
      });
    this.bySubscriber.set(subscriber, deliveries);
    return deliveries;
  }

  /** More is kept for those who are served than they have seen: an earlier login left it behind. */
  lookFromStart(): void {
    for (const deliveries of this.bySubscriber.values()) deliveries.lookFromStart();
  }
}
