import type { Health } from './health';

/** What the poll loop tells other parts of its bot. None of them keeps it running, and one that fails holds up nobody else. */
export interface ReceiverHooks {
  /** A poll is about to begin, and the store can be written. It is waited for. */
  beforePoll?(): void | Promise<void>;
  /** New messages of these users are in the store. */
  usersWrote?(userIds: string[]): void;
  /** The state of the connection changed. */
  changed?(health: Health): void;
}
