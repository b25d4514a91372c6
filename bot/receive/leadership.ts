import { randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

import type { Clock } from '../../ilink/clock';
import type { Leases } from '../../store/store';
import type { Copies } from '../copies';
import type { Report } from '../report';

/** A process that stops renewing is given up after this. Renewing takes a third of it, so that one late tick costs nothing. */
const LIFE_MS = 6_000;
const RENEW_MS = LIFE_MS / 3;
/** A heartbeat that promises more than this was written under another time. */
export const LONGEST_LIFE_MS = 2 * LIFE_MS;

/** The right to poll for one bot, which one process has at a time. */
export interface Lease {
  /** @returns whether this process has it now. @throws when the store fails */
  acquire(): Promise<boolean>;
  release(): Promise<void>;
  /** The number of the lease; nothing while this process has none. */
  number?(): number | undefined;
}

export interface LeaseHolderDeps {
  leases: Leases;
  clock: Clock;
  /** Told when the heartbeat could not be written. */
  report: Report;
  isDead?: Dead;
  /** Other copies of this package in the process. The one that was loaded last polls. */
  copies?: Pick<Copies, 'want' | 'leave' | 'givesWay'>;
}

/** Whether the process behind an id, which said that it lives until then, is certainly gone. */
export type Dead = (owner: string, aliveUntil: number) => boolean;

/**
 * This process as the holder of leases. One heartbeat for all of its connections, so that many idle bots cost no more than
 * one. It beats while anything is held or claimed.
 */
export class LeaseHolder {
  readonly id = ownerId();
  /** The connections that it has, each with the number of its lease. */
  private readonly held = new Map<string, number>();
  /** How many do something that nobody else must do meanwhile. */
  private claims = 0;
  private lastBeat: { at: number; written: Promise<void> } | undefined;
  private cancelBeat: (() => void) | undefined;

  constructor(private readonly deps: LeaseHolderDeps) {}

  /** Takes the connection, or says that another living process has it. @throws when the store fails */
  async acquire(connection: string): Promise<boolean> {
    const { copies } = this.deps;
    copies?.want(connection);
    if (copies?.givesWay(connection)) {
      await this.giveBack(connection);
      return false;
    }
    if (this.held.has(connection) && (await this.take(connection))) return true;
    this.held.delete(connection);
    await this.writeBeat();
    if (!(await this.take(connection))) return false;
    this.beatLater();
    return true;
  }

  /** The number of the lease under which this process has the connection; nothing when it has not. */
  numberOf(connection: string): number | undefined {
    return this.held.get(connection);
  }

  /** Gives the connection back, for another process to take at once. */
  async release(connection: string): Promise<void> {
    this.deps.copies?.leave(connection);
    await this.giveBack(connection);
  }

  /**
   * Does something that is claimed in the name of {@link id}, and says as long that this process lives.
   *
   * @throws what `action` throws, and when the store fails
   */
  async whileAlive<Result>(action: () => Promise<Result>): Promise<Result> {
    this.claims++;
    try {
      await this.recentBeat();
      this.beatLater();
      return await action();
    } finally {
      this.claims--;
      this.stopUnlessNeeded();
    }
  }

  /** Whether the process behind an id is certainly gone. */
  get isDead(): Dead {
    return this.deps.isDead ?? isDead;
  }

  private async giveBack(connection: string): Promise<void> {
    if (!this.held.delete(connection)) return;
    this.stopUnlessNeeded();
    await this.deps.leases.release(connection, this.id);
  }

  private async take(connection: string): Promise<boolean> {
    const claim = { connection, owner: this.id, now: this.deps.clock.now(), longestLifeMs: LONGEST_LIFE_MS };
    const lease = await this.deps.leases.acquire(claim, this.isDead);
    if (lease !== undefined) this.held.set(connection, lease);
    return lease !== undefined;
  }

  private beatLater(): void {
    if (this.cancelBeat) return;
    this.cancelBeat = this.deps.clock.after(
      RENEW_MS,
      () => {
        this.cancelBeat = undefined;
        void this.beat();
      },
      true,
    );
  }

  private async beat(): Promise<void> {
    if (!this.isNeeded) return;
    try {
      await this.writeBeat();
    } catch (error) {
      this.deps.report({ code: 'heartbeat_failed' }, error);
    }
    if (this.isNeeded) this.beatLater();
  }

  /** Resolved when a heartbeat is written that is not older than those that come by themselves. */
  private recentBeat(): Promise<void> {
    const { lastBeat } = this;
    const sinceMs = this.deps.clock.now() - (lastBeat?.at ?? -Infinity);
    // When time went backwards, what was said of it counts for nothing.
    return lastBeat && sinceMs >= 0 && sinceMs < RENEW_MS ? lastBeat.written : this.writeBeat();
  }

  private writeBeat(): Promise<void> {
    const at = this.deps.clock.now();
    const written = this.deps.leases.heartbeat(this.id, { now: at, lifeMs: LIFE_MS });
    const lastBeat = (this.lastBeat = { at, written });
    written.catch(() => {
      if (this.lastBeat === lastBeat) this.lastBeat = undefined;
    });
    return written;
  }

  private get isNeeded(): boolean {
    return this.held.size + this.claims > 0;
  }

  private stopUnlessNeeded(): void {
    if (this.isNeeded) return;
    this.cancelBeat?.();
    this.cancelBeat = undefined;
  }
}

/**
 * The right to poll for one bot. A copy of version 0.1, in this process or another one, has its lease under another name, and goes
 * on until it has ended; so both are needed.
 *
 * @param owner rejects when the store cannot be opened
 */
export function leaseOf(
  owner: () => Promise<Pick<LeaseHolder, 'acquire' | 'release' | 'numberOf'>>,
  connection: string,
  earlierConnection: string,
): Lease {
  let opened: Pick<LeaseHolder, 'numberOf'> | undefined;
  return {
    acquire: async () => {
      const holder = (opened = await owner());
      if (await holder.acquire(connection)) return holder.acquire(earlierConnection);
      await holder.release(earlierConnection);
      return false;
    },
    release: async () => {
      const holder = await owner();
      await holder.release(earlierConnection);
      await holder.release(connection);
    },
    number: () => opened?.numberOf(connection),
  };
}

function ownerId(): string {
  return JSON.stringify([machine(), process.pid, randomBytes(8).toString('hex')]);
}

/**
 * Within what the number of a process means something. Containers on the network of their host have one name, and each has a
 * process 1.
 */
export function machine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * Whether the process behind an owner id is certainly gone, so that its time need not be waited for after a crash: it ran on this
 * machine, and its number is free, or is ours, and it was heard of last before this process began (a container that restarts
 * gives the same number again). If later, it is another copy of this package in this process, which an update has left running.
 *
 * @param startedAt when this process began; milliseconds since 1970, like `aliveUntil`
 */
export function isDead(owner: string, aliveUntil: number, startedAt = processStart()): boolean {
  const [host, pid] = JSON.parse(owner) as [string, number, string];
  if (host !== machine()) return false;
  if (pid === process.pid) return aliveUntil - LIFE_MS < startedAt;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function processStart(): number {
  return Date.now() - process.uptime() * 1_000;
}
