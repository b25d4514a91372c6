/**
 * Who may reach what is kept. Everywhere in the store `bot` is a digest of a bot's token, and what it opens is looked up here: the
 * token that made it, or one that was proven to belong to the same person. Nothing that somebody typed opens anything.
 */
export interface Logins {
  /**
   * Notes whose bot it is. What an earlier login of the same person left behind belongs to this one from now on, and the earlier
   * token opens nothing any more. Does nothing when it is known already, and nothing for a token that a confirmed login of the person
   * has replaced: WeChat has ended it, and what it still brings was on its way.
   *
   * @returns whether something of before can be reached now that could not be reached before
   */
  prove(proof: Proof): Promise<boolean>;
  /** Whose bot it is; nothing when that is not proven. */
  provenUser(bot: string): Promise<string | undefined>;
}

/** A server said to the holder of a token whose bot it is: at the confirmation of its login, or with a message of the person. */
export interface Proof {
  /** Digest of the token. */
  bot: string;
  /** Whose word it is. A server can speak for its own users only. */
  realm: string;
  userId: string;
  /** Whether it was said at the confirmation of the login, so that the token is newer than all that are known. */
  isConfirmation?: boolean;
  /**
   * Whether `realm` can speak for the users of a store that was written before realms were noted.
   *
   * @param servers all servers that are known to have been used until then
   */
  speaksFor(servers: string[]): boolean;
}
