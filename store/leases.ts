/** Which process may poll for which connection. */
export interface Leases {
  /** The process lives, until `aliveUntil` at least. */
  heartbeat(owner: string, aliveUntil: number): Promise<void>;
  /**
   * Until when the process that beat last said that it lives; 0 when there was none. What it says of the time after `latest` was
   * written while the clock went wrong, and counts for nothing.
   */
  lastHeartbeat(latest: number): Promise<number>;
  /**
   * Takes the connection for `owner`, unless a process that lives has it.
   *
   * @param isDead says of another owner, who said that it lives until then, that its process is certainly gone, so that its time need not be waited for
   * @returns whether `owner` has it now
   */
  acquire(claim: LeaseClaim, isDead: (owner: string, aliveUntil: number) => boolean): Promise<boolean>;
  release(connection: string, owner: string): Promise<void>;
}

export interface LeaseClaim {
  connection: string;
  owner: string;
  now: number;
  /** A heartbeat that promises more than this was written under another time, and counts for nothing. */
  longestLifeMs: number;
}
