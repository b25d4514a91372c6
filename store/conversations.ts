/** What is known of the conversations of a bot, whoever sent and received: all that use this store. */
export interface Conversations {
  /** Nothing when the bot and the user never had to do with each other here. */
  get(bot: string, userId: string): Promise<Conversation | undefined>;
  /** Those in which something happened last come first. */
  list(bot: string, limit: number): Promise<Conversation[]>;
  /**
   * Counts one message of the bot before it goes out, so that two who send at the same time do not both take the last one, and
   * gives it a slot: messages to one person keep a distance, whoever sends them.
   *
   * @param terms without them it is counted whatever is known
   */
  claim(bot: string, userId: string, spacing: Spacing, terms?: SendTerms): Promise<SendClaim>;
  /** What became of the message of a claim. */
  settle(bot: string, userId: string, claim: SendClaim, end: SendEnd): Promise<void>;
}

/** The time now (milliseconds since 1970), and the distance to keep from the next message to the same person. */
export interface Spacing {
  now: number;
  gapMs: number;
}

/** What the end of a send says of the conversation. */
export interface SendEnd extends Spacing {
  /** It certainly did not go out, and does not count. */
  isBack?: boolean;
  /** The server said that the user has to write first. */
  isClosed?: boolean;
  /** The server took it at the distance that was kept, which may be a little shorter from now on. */
  isTaken?: boolean;
  /** The server took it although it had said that the user has to write first, or had asked for a pause. */
  isOpen?: boolean;
  /** The server knows no such user: nothing is kept of a conversation that never was. */
  isUnknownUser?: boolean;
  throttle?: ThrottleNote;
}

/** The server may have throttled a message. */
export interface ThrottleNote {
  /** Nothing is tried before. Milliseconds since 1970. */
  until: number;
  /** The distance to keep from now on. */
  gapMs: number;
}

/** What has to hold for a message to go out. To a user who has never written it needs a context token. */
export interface SendTerms {
  /** Whether the message brings a context token of its own. */
  hasToken: boolean;
  /** The window belongs to a login: after a new one the user has to write first. */
  login: string;
  /** Messages after each message of the user. */
  quota: number;
  /** The user has to have written since. Milliseconds since 1970. */
  openSince: number;
  /** It may not overtake what waits for the user. */
  unlessQueued?: boolean;
}

export interface SendClaim {
  granted: boolean;
  /** Not granted because others wait, see {@link SendTerms.unlessQueued}. */
  isBehind?: boolean;
  /** Granted at once, with nothing in the way: no distance to keep, no throttle, and nothing waits where that was asked for. */
  isPlain?: boolean;
  /** When the user had last written; 0 for never. */
  lastInboundAt: number;
  /** Whether the server had said that the user has to write first. */
  closedByServer: boolean;
  /** As in {@link Conversation}. */
  contextToken: string;
  login: string;
  /** How many messages went out since the user last wrote, this one not counted. */
  sentSince: number;
  /** As in {@link Conversation}. */
  throttledUntil: number;
  /** How often in a row the server refused what it may have throttled. */
  throttles: number;
  /** When the message may go out. Milliseconds since 1970. */
  slotAt: number;
  /** The distance that is kept to the next one. */
  gapMs: number;
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
  /** Until when the server is not asked, because it may have throttled; 0 for never. Milliseconds since 1970. */
  throttledUntil: number;
  /** How often in a row it did. */
  throttles: number;
  /** How many messages wait. */
  queued: number;
  /** Why the latest of them waits, as a code; empty where it is not known or none does. */
  queuedReason?: string;
}
