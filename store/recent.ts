/** What was said lately in both directions, so that a quote that only carries an id can be understood. */
export interface Recent {
  /** Remembers messages of the bot that the server gave an id. */
  remember(bot: string, messages: SentMessage[]): Promise<void>;
  /**
   * The message of a conversation that has this id, or one of whose items has it. Nothing when it is too long ago, belongs to
   * another conversation, or was never seen here.
   */
  find(bot: string, userId: string, id: string): Promise<RecentMessage | undefined>;
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
