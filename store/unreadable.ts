import type { StatusEvent } from './outbox';

/** What came and could not be read. The server does not send it again, so it is kept as it came, bounded. */
export interface Unreadable {
  /**
   * Keeps pieces of a reply, each once, and leaves `notice` for the triggers when one of them is new. All of it is on the
   * disk when it has resolved.
   *
   * @returns how many are new
   */
  keep(bot: string, pieces: UnreadablePiece[], notice: StatusEvent): Promise<number>;
  /** What is kept of a bot, the newest first. */
  list(bot: string): Promise<KeptPiece[]>;
}

export interface UnreadablePiece {
  /** Tells pieces apart. */
  digest: string;
  reason: string;
  /** The piece as it came, or its beginning. */
  body: Uint8Array;
  /** How many bytes the whole piece has. */
  size: number;
}

export interface KeptPiece extends UnreadablePiece {
  /** Milliseconds since 1970. */
  firstAt: number;
  lastAt: number;
  /** How often it came. */
  times: number;
}
