import { createHash } from 'node:crypto';

import type { Unreadable } from '../../ilink/updates/unreadable';
import type { StatusEvent } from '../../store/outbox';
import type { UnreadablePiece } from '../../store/store';

/** Pieces of a reply as they are kept. The digest tells a piece that comes again from a new one. */
export function piecesOf(unreadable: readonly Unreadable[]): UnreadablePiece[] {
  return unreadable.map(({ reason, bytes, size }) => ({
    digest: createHash('sha256').update(`${size} `).update(bytes).digest('base64url'),
    reason,
    body: bytes,
    size,
  }));
}

/** What the triggers are told, as the JSON of a status item but for its sentences: how much it is and why, and nothing of what it says. */
export function unreadableEvent(unreadable: readonly Unreadable[], at: number): StatusEvent {
  const body = {
    type: 'status',
    state: 'unreadable',
    since: new Date(at).toISOString(),
    needsPerson: true,
    pieces: unreadable.length,
    bytes: unreadable.reduce((sum, { size }) => sum + size, 0),
    reasons: [...new Set(unreadable.map(({ reason }) => reason))],
  };
  return { userId: '', body: JSON.stringify(body), at };
}
