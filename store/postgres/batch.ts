import { createHash } from 'node:crypto';

import type { ReceivedMessage } from '../inbox';

/** More does not fit into an index of PostgreSQL. Real keys, ids and names have some tens of characters. */
const LONGEST = 500;

/** A key that fits into an index: a long one is known by its digest. */
export function indexed(key: string): string {
  return key.length > LONGEST ? createHash('sha256').update(key).digest('hex') : key;
}

/** What one poll brought, sorted. */
export interface SortedBatch {
  /** In their order. */
  fresh: ReceivedMessage[];
  /** All keys that were met, each once. */
  keys: string[];
  /** Context tokens that repeats brought before the person wrote anew, by person: they count for the login that has them already. */
  refreshed: Map<string, string>;
  /** Who wrote, and the newest context token since; empty when none came. */
  wrote: Map<string, string>;
}

/**
 * Tells what is new from what came before: one message after another, as if each came alone.
 *
 * @param seen when a key was last seen, in milliseconds since 1970
 */
export function sortBatch(
  messages: readonly ReceivedMessage[],
  seen: ReadonlyMap<string, number>,
  now: number,
): SortedBatch {
  const met = new Set<string>();
  const sorted: SortedBatch = { fresh: [], keys: [], refreshed: new Map(), wrote: new Map() };
  for (const message of messages) {
    let isRepeat = false;
    for (const { key: whole, windowMs } of message.keys) {
      const key = indexed(whole);
      const seenAt = met.has(key) ? now : seen.get(key);
      isRepeat ||= seenAt !== undefined && Math.abs(now - seenAt) <= windowMs;
      met.add(key);
    }
    if (!isRepeat) sorted.fresh.push(message);
    noteToken(sorted, message, isRepeat);
  }
  sorted.keys = [...met];
  return sorted;
}

/** A message that came before may bring a newer token than the first time, but the person has not written again. */
function noteToken({ refreshed, wrote }: SortedBatch, message: ReceivedMessage, isRepeat: boolean): void {
  const { userId, contextToken = '', isEcho } = message;
  if (isEcho || userId === '' || userId.length > LONGEST) return;
  const before = wrote.get(userId);
  if (!isRepeat || before !== undefined) wrote.set(userId, contextToken || (before ?? ''));
  else if (contextToken) refreshed.set(userId, contextToken);
}
