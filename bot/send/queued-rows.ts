import type { Part, QueuedMessage, SendRequest } from './message';

/**
 * Messages of a send as they wait.
 *
 * @param parts those that could not go out
 * @param triedId under which an attempt to send the first one may have arrived
 */
export function rowsOf(
  { to: userId, ageNote, limits }: SendRequest,
  parts: readonly Part[],
  about: Pick<QueuedMessage, 'sendId' | 'reason' | 'queuedAt' | 'expiresAt'>,
  triedId: string | undefined,
): Array<Omit<QueuedMessage, 'id' | 'bot'>> {
  return parts.map(({ type, item }, i) => ({
    userId,
    type,
    item: JSON.stringify(item),
    ageNote,
    quota: limits.quota,
    windowMs: limits.windowMs,
    ...about,
    clientId: (i === 0 ? triedId : undefined) ?? null,
  }));
}
