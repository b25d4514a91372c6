/** Who polls for the bot. */
export interface PollState {
  /** Whether this process does: then it is the one that sends what waits, or two would send it. */
  readonly isLeader: boolean;
  /** The number of the lease under which it polls: who stood still and was replaced has an earlier one, and sends nothing. */
  readonly lease?: number | undefined;
}

/** Those who hear that something may be there for the triggers. */
export interface StatusEvents {
  /** Returns at once. */
  notifyListeners(): void;
}

/** Polls for senders where no trigger does: whoever only sends has to learn that the user wrote. */
export interface BackgroundPolls {
  /** Finds out once whether anybody has written, unless somebody polls anyway. */
  pollOnce(): Promise<void>;
  /** Something was queued: polls until nothing waits any more. Returns at once. */
  pollWhileQueued(): void;
}
