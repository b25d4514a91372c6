import { createHash } from 'node:crypto';

import { hasIdentity, type IncomingMessage } from '../../ilink/incoming';
import { contentOf } from '../../ilink/incoming-content';
import type { Json } from '../../ilink/json';

/** A key by which a message is known again, and for how long it counts. */
export interface DuplicateKey {
  key: string;
  windowMs: number;
}

/** An id is never given to a second message. */
const FOREVER_MS = 366 * 24 * 3_600_000;
/** Duplicates under a new id were seen 1 to 11 seconds and 30 to 50 minutes later. */
const REPEAT_WINDOW_MS = 2 * 3_600_000;

/** Noted for others, and nothing by which this message itself is known. */
const NEVER_MS = -1;

/**
 * The keys by which a duplicate of `message` would be known. WeChat repeats messages, also under a new `message_id` and
 * `context_token`; then `client_id` or `seq` are the same, and so is the content. A person who writes "ok" twice must not be
 * taken for that, so content alone never counts: it needs the sender and one of client_id, seq or the time of writing. The time
 * counts only where an id is missing: two messages of one millisecond that have ids of their own are two. A seq counts for one
 * login only: after the next one it may start anew, and people say "hello" again then.
 *
 * What has nothing else to be known by is known by all that it holds: a server may give the same over and over.
 */
export function duplicateKeys(message: IncomingMessage): DuplicateKey[] {
  if (!hasIdentity(message)) return [{ key: `b:${digest(message.raw)}`, windowMs: REPEAT_WINDOW_MS }];
  const { messageId, clientId, seq, createTimeMs, fields } = message;
  const keys: DuplicateKey[] = [];
  if (messageId !== undefined) keys.push({ key: `m:${messageId}`, windowMs: FOREVER_MS });
  const content = contentOf(message);
  const repeat = (name: string, id: string, to: Json = null, windowMs = REPEAT_WINDOW_MS): number => {
    const same = digest([fields.from_user_id ?? null, to, content]);
    return keys.push({ key: `${name}:${id}:${same}`, windowMs });
  };
  if (clientId !== undefined) repeat('c', clientId);
  if (seq !== undefined) repeat('s', seq, fields.to_user_id);
  if (clientId === undefined && seq === undefined && createTimeMs !== undefined) {
    repeat('t', createTimeMs, undefined, messageId === undefined ? REPEAT_WINDOW_MS : NEVER_MS);
  }
  return keys;
}

function digest(value: Json): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('base64url')
    .slice(0, 22);
}
