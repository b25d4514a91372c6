import type { Conversations } from './conversations';
import type { Leases } from './leases';
import type { Logins, Proof } from './logins';
import type { Outbox } from './outbox';
import type { Recent } from './recent';
import type { UnreadableStore } from './unreadable';

export type * from './conversations';
export type * from './leases';
export type * from './logins';
export type * from './recent';
export type * from './unreadable';

/**
 * What has to survive a crash. Asynchronous throughout, so that a networked database can stand behind it when n8n runs on
 * several machines; today it is SQLite in n8n's own folder.
 *
 * `bot` names a bot by its token (a digest): who has the token reaches what is kept, see {@link Logins}. `connection` names the
 * same for leases and cursors.
 */
export interface Store
  extends Logins, Inbox, Conversations, Recent, Leases, Facts, Unfinished, Chores, UnreadableStore {
  readonly outbox: Outbox;
  readonly slips: Slips;
  /** Deletes what is kept of a bot, also from where it lay in the files. */
  forget(bot: BotNames): Promise<Forgotten>;
  /**
   * Deletes what is old or too much, little by little, with pauses for everybody else. What was still waiting to be handed over is
   * counted, never dropped in silence.
   */
  prune(limits: Retention): Promise<Pruned>;
  close(): Promise<void>;
}

/** The `code` of an error: the disk that the store lies on was taken away while it was open. */
export const STORE_GONE = 'STORE_GONE';
/** The `code` of an error: the store was begun anew several times, and was damaged again each time. */
export const STORE_DAMAGED = 'STORE_DAMAGED';
/** The `code` of an error: a newer version of this package wrote the store, and perhaps another process uses it. */
export const STORE_NEWER = 'STORE_NEWER';

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
   * {@link ReceivedBatch.sleepersSince} says, because n8n also does this when it shuts down.
   */
  unsubscribe(subscriber: string, now: number): Promise<void>;
  /** What `subscriber` has not had yet and that came after `afterSeq`, oldest first, without the messages themselves. */
  pending(subscriber: string, afterSeq: number): Promise<PendingDelivery[]>;
  /** A message that `subscriber` has not had yet; nothing when it has, or when the message was pruned. */
  waiting(subscriber: string, seq: number): Promise<StoredMessage | undefined>;
  /** Messages of `bot` that came after `afterSeq`, oldest first, at most `limit`. */
  messagesAfter(bot: string, afterSeq: number, limit: number): Promise<StoredMessage[]>;
  /** The number of the newest message of `bot`; 0 when there is none. */
  newestSeq(bot: string): Promise<number>;
  /** `subscriber` has had the message: it will not be pending again. */
  handedOver(subscriber: string, seq: number): Promise<void>;
  /** So many attempts were made in vain, and the next one is due at `nextAt` (milliseconds since 1970). */
  attempted(subscriber: string, seq: number, attempts: number, nextAt: number): Promise<void>;
  /** A number that changes when another process has written. Cheap. */
  version(): Promise<number>;
  /**
   * Fails when nothing can be written (disk full, read-only folder), or what is written would not last: then the error's `code`
   * is {@link STORE_GONE}. Asked before each poll.
   */
  checkWritable(now: number): Promise<void>;
}

/** What one process does for all that share the store. */
export interface Chores {
  /** @returns whether `name` falls to the caller: nobody has begun it within `everyMs` before `now` */
  takeOn(name: string, now: number, everyMs: number): Promise<boolean>;
}

/** What was once seen and stays true. */
export interface Facts {
  learn(fact: string): Promise<void>;
  knows(fact: string): Promise<boolean>;
}

/** How far sends came, for the one who tries again. */
export interface Unfinished {
  /**
   * @param send a name that the next try has, too
   * @param durable whether it is on the disk when this is resolved, and not only safe from a crash of the process
   */
  noteUnfinished(send: string, progress: SendProgress, durable?: boolean): Promise<void>;
  /** What was noted under this name. */
  findUnfinished(send: string): Promise<SendProgress | undefined>;
  /** The latest send of this content that broke off, whatever its name. */
  findBrokenOff(content: string): Promise<SendProgress | undefined>;
  forgetUnfinished(send: string): Promise<void>;
}

export interface SendProgress {
  /** The execution that came so far. */
  execution: string;
  /** Digest of what is sent, where, and to whom. */
  content: string;
  /** Whether it broke off, or may have: a process that dies cannot say. */
  isOpen: boolean;
  /** How far it came, as JSON. */
  state: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Whose send it was. */
  bot?: string;
}

/** Small things that several processes work on together, such as a login under way: a text under a kind and a key. */
export interface Slips {
  /** The text; nothing when there is none, or when it has expired. */
  read(kind: string, key: string, now: number): Promise<string | undefined>;
  /** All of a kind that have not expired. */
  all(kind: string, now: number): Promise<Slip[]>;
  /**
   * Writes a slip, unless another text than `before` stands there by now (undefined: nothing). Deletes what has expired.
   *
   * @returns whether it was written
   */
  write(kind: string, slip: Slip, before: string | undefined, now: number): Promise<boolean>;
  remove(kind: string, key: string): Promise<void>;
}

export interface Slip {
  key: string;
  body: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A bot that is to be forgotten, and every name by which something may be found that is its. */
export interface BotNames {
  bot: string;
  /** What an earlier version called it, whose cursor goes, too. */
  connection: string;
  /** Other names, such as its id and that of its owner. */
  names?: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
}

/** How many rows went. */
export interface Forgotten {
  messages: number;
  /** How many of the messages were still waiting to be handed over. */
  waiting: number;
  conversations: number;
  /** How many messages of the bot waited to be sent. */
  queued: number;
  /** How many files that were set aside earlier named the bot, and were deleted. */
  files: number;
  /** Whether nothing is left of it in the files. Not when somebody else reads them for long, or the disk is full. */
  overwritten: boolean;
}

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

export interface Retention {
  /** Milliseconds since 1970: what came before goes. */
  before: number;
  /** How many messages of one bot stay. */
  messages: number;
  /**
   * How many messages that nobody has had yet stay, over all bots. When there are more, those go that have more than their fair
   * share, down to it; what has fewer loses nothing.
   */
  waiting: number;
  /** How many of the keys stay by which a message is known again, over all bots, in the same way. */
  seen?: number;
}

export interface Pruned {
  messages: number;
  /** How many of the deliveries that went were still waiting. */
  waiting: number;
}
