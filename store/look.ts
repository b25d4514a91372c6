import type { KeptPiece } from './unreadable';

/** What somebody who looks for trouble wants to see of a store. */
export interface StoreLook {
  /** How many steps its tables have taken, and how many this version knows. */
  version: { found: number; known: number };
  /** The processes that live and poll, and for how many bots. */
  leaders: { owner: string; bots: number }[];
  /** What could not be read, of all bots, the newest first. */
  unreadable: KeptPiece[];
  /** How many messages of its own a bot got back. */
  echoes: number;
}
