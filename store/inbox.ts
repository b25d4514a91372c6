import type { Proof } from './logins';

/** Messages that came in, who wants them, and who had them. */
export interface Inbox {
  /**
   * Keeps what one poll brought, in one transaction: messages, conversations, cursor, and a delivery for everybody who is
   * subscribed. When it has resolved, all of it is on disk.
   *
   * @returns the messages that are new; the others came before
   */
  receive(batch: ReceivedBatch): Promise<StoredMessage[]>;
  /** The cursor of a connection; empty when there is none. */
  cursor(connection: string): Promise<string>;
  /**
   * From now on every message of `bot` is kept for `subscriber`, until {@link unsubscribe} and a while longer. Messages that
   * came while nobody listened are its, too, and those of everybody who is awake or fell asleep since `sleepersSince`. Cheap
   * when it is subscribed already.
   */
  subscribe(subscriber: string, bot: string, sleepersSince?: number): Promise<void>;
  /**
   * `subscriber` sleeps. What it has not had yet waits for it, and new messages are still kept for it as long as
   * {@link ReceivedBatch.sleepersSince} says, because a shutdown does the same.
   */
  unsubscribe(subscriber: string, now: number): Promise<void>;
  /** What `subscriber` has not had yet and that came after `afterSeq`, oldest first, without the messages themselves. */
  pending(subscriber: string, afterSeq: number): Promise<PendingDelivery[]>;
  /**
   * Takes a message in order to hand it over, unless another process that lives is doing so. The claim counts as long as `owner`
   * lives (see {@link Leases.heartbeat}), or until it is settled by {@link handedOver} or {@link attempted}.
   *
   * @param isDead as in {@link Leases.acquire}
   */
  claim(claim: DeliveryClaim, isDead: (owner: string, aliveUntil: number) => boolean): Promise<Claimed>;
  /** A message that `subscriber` has not had yet; nothing when it has, or when the message was pruned. */
  waiting(subscriber: string, seq: number): Promise<StoredMessage | undefined>;
  /** Messages of `bot` that came after `afterSeq`, oldest first, at most `limit`. */
  messagesAfter(bot: string, afterSeq: number, limit: number): Promise<StoredMessage[]>;
  /** The number of the newest message of `bot`; 0 when there is none. */
  newestSeq(bot: string): Promise<number>;
  /**
   * `subscriber` has had the message: it will not be pending again.
   *
   * @param owner who has claimed it; does nothing when it is not theirs any more. Without it, whoever has it
   */
  handedOver(subscriber: string, seq: number, owner?: string): Promise<void>;
  /**
   * So many attempts were made in vain, and the next one is due at `nextAt` (milliseconds since 1970). Ends the claim.
   *
   * @param owner as in {@link handedOver}
   */
  attempted(subscriber: string, seq: number, attempts: number, nextAt: number, owner?: string): Promise<void>;
}

export interface DeliveryClaim {
  subscriber: string;
  seq: number;
  owner: string;
  /** How often it was tried in vain, and when it was due, as far as `owner` knows. */
  attempts: number;
  nextAt: number;
  /** Whether this attempt counts from now on, also when the process dies with it. */
  countsStart: boolean;
  /** Milliseconds since 1970. */
  now: number;
  /** A heartbeat that promises more than this was written under another time, and counts for nothing. */
  longestLifeMs: number;
}

/**
 * What became of a claim. `elsewhere`: another process that lives is handing the message over. `changed`: another one has tried it
 * meanwhile, and this is how often, and when it is due. `gone`: it was handed over or pruned, or waits for another token.
 */
export type Claimed =
  | { state: 'claimed'; message: StoredMessage }
  | { state: 'elsewhere' }
  | { state: 'changed'; attempts: number; nextAt: number }
  | { state: 'gone' };

export interface ReceivedBatch {
  bot: string;
  connection: string;
  /** The login to which the messages were written. */
  login: string;
  /** Milliseconds since 1970. */
  receivedAt: number;
  messages: ReceivedMessage[];
  /** Absent when the old one stays. */
  cursor?: string;
  /**
   * Under which lease of the connection it was polled. When that has ended, the messages are kept all the same, because the server
   * gives them to nobody else, but the cursor is not: somebody else polls from another one by now.
   */
  lease?: number;
  /** Subscribers that have slept only since then still count. Milliseconds since 1970. */
  sleepersSince: number;
  /** Whether what nobody takes is kept for the first who subscribes: nobody listens, a sender only looked whether the user wrote. */
  keepForLater?: boolean;
  /** Who wrote to the bot, and whose word that is, when the server has said it with these messages. */
  writer?: Pick<Proof, 'realm' | 'userId'>;
}

export interface ReceivedMessage {
  /** The message as JSON. */
  body: string;
  /** Who wrote it; empty when that is not known. */
  userId: string;
  contextToken?: string;
  /** Under which ids it may be quoted. */
  ids?: readonly string[];
  /** The message came before if any of these keys was seen within its window. */
  keys: DuplicateKey[];
  /** The bot's own message, sent back by the server: it is kept, and is nobody's to take. */
  isEcho?: boolean;
}

export interface DuplicateKey {
  key: string;
  windowMs: number;
}

export interface StoredMessage {
  /** Order of arrival in this store. */
  seq: number;
  userId: string;
  receivedAt: number;
  body: string;
  /** A `notice` did not come from WeChat: it says what became of queued messages. An `echo` is the bot's own message. */
  kind: 'message' | 'notice' | 'echo';
}

export interface PendingDelivery {
  seq: number;
  userId: string;
  /** How often it was tried in vain. */
  attempts: number;
  /** Milliseconds since 1970; 0 for at once. */
  nextAt: number;
}
