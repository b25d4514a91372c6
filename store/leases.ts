/** Which process may poll for which connection. */
export interface Leases {
  /** The process lives for a while from now on, by the store's clock where it has one. */
  heartbeat(owner: string, life: Life): Promise<void>;
  /**
   * Until when the process that beat last said that it lives; 0 when there was none. What it says of the time after `latest` was
   * written while the clock went wrong, and counts for nothing.
   */
  lastHeartbeat(latest: number): Promise<number>;
  /**
   * Takes the connection for `owner`, unless a process that lives has it.
   *
   * @param isDead says of another owner, who said that it lives until then, that its process is certainly gone, so that its time
   *   need not be waited for; where several machines share a store, nobody can say that, and it is not asked
   * @returns the number of the lease, when `owner` has it now. It changes with the owner and never comes again: what is written
   *   under an earlier one comes too late
   */
  acquire(
    claim: LeaseClaim,
    isDead: (owner: string, aliveUntil: number) => boolean,
  ): Promise<number | undefined>;
  release(connection: string, owner: string): Promise<void>;
}

export interface Life {
  /** Milliseconds since 1970. */
  now: number;
  lifeMs: number;
}

export interface LeaseClaim {
  connection: string;
  owner: string;
  now: number;
  /** A heartbeat that promises more than this was written under another time, and counts for nothing. */
  longestLifeMs: number;
}

/** Under which lease something is written. */
export interface Fence {
  connection: string;
  /** As {@link Leases.acquire} gave it. */
  lease: number;
}
