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
