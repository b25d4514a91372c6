import type { Fence } from './leases';

/**
 * Messages that wait until the user writes again. They survive crashes, and leave only when WeChat has taken them, when they
 * have expired, or when somebody cancels them.
 */
export interface Outbox {
  /**
   * Puts messages of one bot at the end of their users' queues. When it has resolved, they are on the disk.
   *
   * @param maxQueued how many of the bot may wait altogether
   * @param event what the triggers are told, once for a user and a reason, and not for each message
   * @returns their ids; nothing when they would be too many, and then none is kept
   */
  add(
    messages: Array<Omit<QueuedMessage, 'id'>>,
    maxQueued?: number,
    event?: StatusEvent,
  ): Promise<number[] | undefined>;
  /** What waits for a user, or for all users of the bot, oldest first. */
  list(bot: string, userId?: string): Promise<QueuedMessage[]>;
  /** How much waits for a user, or for all users of the bot. */
  count(bot: string, userId?: string): Promise<number>;
  /** The users for whom something waits. */
  users(bot: string): Promise<string[]>;
  /**
   * Notes the `client_id` under which these go out together, before they do: after a crash the same one is used again.
   *
   * @param fence the lease of the one who sends what waits
   * @returns whether it was noted. It is not when one of them is gone, or on its way for somebody else, or the lease has ended
   */
  assignClientId(ids: number[], clientId: string, fence?: Fence): Promise<boolean>;
  /**
   * Notes why what waits for a user waits now, and tells the triggers when that is news.
   *
   * @returns whether it is
   */
  setReason(bot: string, userId: string, reason: string, event?: StatusEvent): Promise<boolean>;
  /** The server refused what went out under this id: its messages wait again, each by itself. */
  clearClientId(clientId: string): Promise<void>;
  /**
   * Takes messages out, whatever became of them, and in the same transaction tells the triggers.
   *
   * @param event who is told, and the JSON of it; nobody when absent
   * @returns the ids of those that were still there
   */
  remove(bot: string, ids: number[], event?: StatusEvent): Promise<number[]>;
  /** Like {@link remove}, but leaves what is on its way: nobody can say that it did not arrive. */
  removeWaiting(bot: string, ids: number[], event?: StatusEvent): Promise<number[]>;
}

export interface QueuedMessage {
  id: number;
  bot: string;
  userId: string;
  /** The messages of one send share it. */
  sendId: string;
  /** What kind of message it is: text, image, video or file. */
  type: string;
  /** The item of the message as JSON. */
  item: string;
  /** What is put before the text when it goes out late; `{age}` stands for how late. Empty for nothing. */
  ageNote: string;
  /** What the sender takes WeChat to allow: messages after each message of the user, and for how long. */
  quota: number;
  windowMs: number;
  /** Why it waits, as a code; empty where it is not known. */
  reason: string;
  /** Milliseconds since 1970. */
  queuedAt: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** The `client_id` under which an attempt to send it may have arrived: it has to go out under the same id. `null` while it waits. */
  clientId: string | null;
}

/** What the triggers of a bot are told, handed over like a message. */
export interface StatusEvent {
  userId: string;
  body: string;
  /** Milliseconds since 1970. */
  at: number;
}
