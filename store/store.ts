import type { Outbox } from './outbox';

/**
 * What has to survive a crash. Asynchronous throughout, so that a networked database can stand behind it when n8n runs on
 * several machines; today it is SQLite in n8n's own folder.
 *
 * `bot` names whose messages these are and outlives a new login; `connection` names one login.
 */
export interface Store extends Inbox, Conversations, Recent, Leases, Facts, Unfinished {
  readonly outbox: Outbox;
  readonly slips: Slips;
  /** Deletes what is kept of a bot; `connection` names the login whose cursor goes, too. */
  forget(bot: string, connection: string): Promise<Forgotten>;
  /** Deletes what is old or too much. What was still waiting to be handed over is counted, never dropped in silence. */
  prune(limits: Retention): Promise<Pruned>;
  close(): Promise<void>;
}

/** The `code` of an error: the store was deleted or moved away while it was open. */
export const STORE_GONE = 'STORE_GONE';
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

/** What is known of the conversations of a bot, whoever sent and received: all workflows, all processes on this store. */
export interface Conversations {
  /** Nothing when the bot and the user never had to do with each other here. */
  conversation(bot: string, userId: string): Promise<Conversation | undefined>;
  /** Those in which something happened last come first. */
  conversations(bot: string, limit: number): Promise<Conversation[]>;
  /**
   * Counts one message of the bot before it goes out, so that two who send at the same time do not both take the last one.
   *
   * @param terms without them it is counted whatever is known
   */
  claimSend(bot: string, userId: string, terms?: SendTerms): Promise<SendClaim>;
  /**
   * The message of a claim certainly did not go out.
   *
   * @param closed whether the server said that the user has to write first
   */
  returnSend(bot: string, userId: string, claim: SendClaim, closed: boolean): Promise<void>;
  /** The server took a message although it had said that the user has to write first. */
  reopened(bot: string, userId: string): Promise<void>;
}

/** What has to hold for a message to go out. A user of whom nothing is known may always be written to. */
export interface SendTerms {
  /** The window belongs to a login: after a new one the user has to write first. */
  login: string;
  /** Messages after each message of the user. */
  quota: number;
  /** The user has to have written since. Milliseconds since 1970. */
  openSince: number;
}

export interface SendClaim {
  granted: boolean;
  /** When the user had last written; 0 for never. */
  lastInboundAt: number;
  /** Whether the server had said that the user has to write first. */
  closedByServer: boolean;
  /** As in {@link Conversation}. */
  contextToken: string;
  login: string;
}

export interface Conversation {
  userId: string;
  /** The newest one; empty when the user has not written. */
  contextToken: string;
  /** Milliseconds since 1970; 0 when the user has not written. */
  lastInboundAt: number;
  /** How many messages the bot sent since then. */
  sentSince: number;
  /** Whether the server has said since then that the user has to write first. */
  closedByServer: boolean;
  /** The login to which the user last wrote. Context token and window belong to it. Empty when it is not known. */
  login: string;
  /** How many messages wait for the user to write. */
  queued: number;
}

/** What was once seen and stays true. */
export interface Facts {
  learn(fact: string): Promise<void>;
  knows(fact: string): Promise<boolean>;
}

/** Sends of several messages that broke off, for the one who tries again. */
export interface Unfinished {
  /** @param send a name that the next try has, too */
  noteUnfinished(send: string, progress: SendProgress): Promise<void>;
  /**
   * Gives it and forgets it.
   *
   * @param execution only what this execution noted; by default whatever is there
   */
  takeUnfinished(send: string, execution?: string): Promise<SendProgress | undefined>;
}

export interface SendProgress {
  /** The execution that broke off. */
  execution: string;
  /** How far it came, as JSON. */
  state: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** What was said lately in both directions, so that a quote that only carries an id can be understood. */
export interface Recent {
  /** Remembers messages of the bot that the server gave an id. */
  rememberSent(bot: string, messages: SentMessage[]): Promise<void>;
  /**
   * The message of a conversation that has this id, or one of whose items has it. Nothing when it is too long ago, belongs to
   * another conversation, or was never seen here.
   */
  recentMessage(bot: string, userId: string, id: string): Promise<RecentMessage | undefined>;
}

/** A message of the bot. */
export interface SentMessage {
  /** As the server named it. */
  id: string;
  /** To whom. */
  userId: string;
  /** Milliseconds since 1970. */
  sentAt: number;
  /** JSON with an `item_list`, as messages that come in have one. */
  body: string;
}

export interface RecentMessage {
  /** `in`: the user wrote it. `out`: the bot. */
  direction: 'in' | 'out';
  /** Milliseconds since 1970: when it was received or sent here. */
  at: number;
  /** The message as JSON, with its `item_list`. */
  body: string;
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

/** How many rows went. */
export interface Forgotten {
  messages: number;
  /** How many of the messages were still waiting to be handed over. */
  waiting: number;
  conversations: number;
  /** How many messages of the bot waited to be sent. */
  queued: number;
}

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
   * @param isDead says of another owner that its process is certainly gone, so that its time need not be waited for
   * @returns whether `owner` has it now
   */
  acquire(claim: LeaseClaim, isDead: (owner: string) => boolean): Promise<boolean>;
  release(connection: string, owner: string): Promise<void>;
}

export interface LeaseClaim {
  connection: string;
  owner: string;
  now: number;
  /** A heartbeat that promises more than this was written under another time, and counts for nothing. */
  longestLifeMs: number;
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
  /** A `notice` did not come from WeChat: it says what became of queued messages. */
  kind: 'message' | 'notice';
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
  /** How many messages that nobody has had yet stay, over all bots. */
  waiting: number;
}

export interface Pruned {
  messages: number;
  /** How many of the deliveries that went were still waiting. */
  waiting: number;
}
