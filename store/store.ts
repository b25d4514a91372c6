import type { Conversations } from './conversations';
import type { Documents } from './documents';
import type { Facts } from './facts';
import type { Inbox } from './inbox';
import type { Jobs } from './jobs';
import type { Leases } from './leases';
import type { Logins } from './logins';
import type { Outbox } from './outbox';
import type { Recent } from './recent';
import type { UnfinishedSends } from './unfinished';
import type { Unreadable } from './unreadable';

export type * from './conversations';
export type * from './documents';
export type * from './facts';
export type * from './inbox';
export type * from './jobs';
export type * from './leases';
export type * from './logins';
export type * from './outbox';
export type * from './recent';
export type * from './unfinished';
export type * from './unreadable';

/**
 * What has to survive a crash. Asynchronous throughout: behind it is SQLite in a folder of this machine, or PostgreSQL for several
 * machines.
 *
 * `bot` names a bot by its token (a digest): who has the token reaches what is kept, see {@link Logins}. `connection` names the
 * same for leases and cursors.
 */
export interface Store {
  readonly inbox: Inbox;
  readonly conversations: Conversations;
  readonly outbox: Outbox;
  readonly recent: Recent;
  readonly logins: Logins;
  readonly leases: Leases;
  readonly documents: Documents;
  readonly facts: Facts;
  readonly unfinished: UnfinishedSends;
  readonly unreadable: Unreadable;
  readonly jobs: Jobs;
  /** A number that changes when another process has written. Cheap. */
  version(): Promise<number>;
  /**
   * Calls back as soon as another process says that it did something for `bot`, until the function that it gives is called. Word may
   * be lost, and a store that hears of nothing by itself never calls: {@link version} is the net.
   */
  onNews(bot: string, listener: (news: News) => void): () => void;
  /**
   * Fails when nothing can be written (disk full, read-only folder), or what is written would not last: then the error's `code`
   * is {@link STORE_GONE}. Asked before each poll.
   */
  checkWritable(now: number): Promise<void>;
  /** Deletes what is kept of a bot, also from where it lay in the files. */
  forget(bot: BotNames): Promise<Forgotten>;
  /**
   * Deletes what is old or too much, little by little, with pauses for everybody else. What was still waiting to be handed over is
   * counted, never dropped in silence.
   */
  prune(limits: Retention): Promise<Pruned>;
  close(): Promise<void>;
}

/** What another process did: it kept a message, or gave the lease back. */
export type News = 'kept' | 'released';

/** The `code` of an error: the disk that the store lies on was taken away while it was open. */
export const STORE_GONE = 'STORE_GONE';
/** The `code` of an error: the store was begun anew several times, and was damaged again each time. */
export const STORE_DAMAGED = 'STORE_DAMAGED';
/** The `code` of an error: a newer version of this package wrote the store, and perhaps another process uses it. */
export const STORE_NEWER = 'STORE_NEWER';

/** The `code` of an error: the environment names a store that there is not. */
export const STORE_CHOICE = 'STORE_CHOICE';
/** The `code` of an error: the database cannot be reached, and could not be for some seconds. */
export const STORE_UNREACHABLE = 'STORE_UNREACHABLE';
/** The `code` of an error: the database knows no such user or password, or does not give it the right. */
export const STORE_DENIED = 'STORE_DENIED';
/** The `code` of an error: a table was dropped while the store was open. */
export const STORE_TABLES_GONE = 'STORE_TABLES_GONE';
/** The `code` of an error: the database has no room. */
export const STORE_FULL = 'STORE_FULL';
/** The `code` of an error: the database takes no writes, for instance because it is a copy of another one. */
export const STORE_READ_ONLY = 'STORE_READ_ONLY';
/** The `code` of an error: the connection to the database broke at the end, and nobody can say whether it was kept. */
export const STORE_IN_DOUBT = 'STORE_IN_DOUBT';
/** The `code` of an error: the folder is on a network file system, where SQLite damages its file. `seen` names it. */
export const STORE_ON_NETWORK = 'STORE_ON_NETWORK';
/** The `code` of an error: this is one of several processes, and the main one has never opened this store. */
export const STORE_NOT_SHARED = 'STORE_NOT_SHARED';

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
