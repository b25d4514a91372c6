import { readMessage, type IncomingMessage } from '../../ilink/incoming';
import type { IncomingItem } from '../../ilink/incoming-item';
import type { Recent } from '../../store/store';

/** An earlier message that a quote points to. */
export interface Quoted {
  /** `in`: the user wrote it. `out`: the bot. */
  direction: 'in' | 'out';
  /** When it was received or sent here. Milliseconds since 1970. */
  at: number;
  /** What was quoted of it: the item with that id, or the whole message. */
  items: readonly IncomingItem[];
  /** Who wrote it, where the message says so. */
  fromUserId?: string;
}

/**
 * Finds the message that a quote points to. Since July 2026 phones send only its id, so what was said lately is remembered.
 *
 * @param bot whose conversations these are
 * @returns nothing when there is no quote, when it has no id, or when that message is not known (any more)
 */
export async function findQuoted(
  { quote, fromUserId }: IncomingMessage,
  bot: string,
  recent: Pick<Recent, 'find'>,
): Promise<Quoted | undefined> {
  if (quote?.id === undefined || fromUserId === undefined) return undefined;
  const found = await recent.find(bot, fromUserId, quote.id);
  if (!found) return undefined;
  const earlier = readMessage(JSON.parse(found.body));
  const one = earlier.items.filter(({ id }) => id === quote.id);
  return {
    direction: found.direction,
    at: found.at,
    items: one.length > 0 ? one : earlier.items,
    ...(earlier.fromUserId !== undefined && { fromUserId: earlier.fromUserId }),
  };
}
