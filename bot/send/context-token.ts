/**
 * The context tokens that come into question for a message or for "typing…". On the wire and in items it is called `context_token`,
 * everywhere else `contextToken`.
 */
export interface ContextTokens {
  /** Asked for by name: it is used whatever is known. */
  wanted?: string;
  /** That of the incoming item. The newest that is known is better, because each message of the user brings one. */
  fallback?: string;
}

/**
 * Which context token goes out: the one that is wanted, else the newest that is known, else the one that came with the item.
 *
 * @param newest the newest that is known of the conversation; empty or absent when none is
 * @returns nothing when there is none
 */
export function chooseContextToken(
  { wanted, fallback }: ContextTokens = {},
  newest?: string,
): string | undefined {
  return wanted || newest || fallback || undefined;
}
