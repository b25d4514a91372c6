/** Why a piece of a reply is no message. */
export type UnreadableReason = 'not_json' | 'too_deep' | 'too_large' | 'too_many';

/** A piece of a reply that could not be read. */
export interface Unreadable {
  reason: UnreadableReason;
  /** The piece as it came, or its beginning. */
  bytes: Buffer;
  /** How many bytes the whole piece has. */
  size: number;
}

/** How much of a piece is kept, and how many pieces of one reply. */
const KEPT_BYTES = 64 * 1024;
const MAX_PIECES = 100;

/** Between two messages stands a comma, and around all of them the frame of the reply. */
const FRAME = new Set([...Buffer.from(' \t\r\n,[]{}')]);
export const FRAME_BYTES = 100;

/** The pieces of one reply that could not be read. More than are kept are counted with the last one. */
export class UnreadablePieces {
  readonly all: Unreadable[] = [];

  keep(piece: Buffer, reason: UnreadableReason): void {
    if (reason === 'not_json' && piece.subarray(0, FRAME_BYTES).every((byte) => FRAME.has(byte))) return;
    const size = piece.length;
    if (this.all.length < MAX_PIECES) {
      // A copy, or it would keep the whole reply.
      this.all.push({ reason, bytes: Buffer.from(piece.subarray(0, KEPT_BYTES)), size });
    } else this.all.at(-1)!.size += size;
  }
}
