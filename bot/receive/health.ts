import type { ILinkError } from '../../ilink/errors';
import type { StoreTrouble } from '../store-trouble';

/**
 * How the connection is. `standby`: another process polls, and we listen to the store. `taken_over`: the token
 * worked and is refused now, which is what a login somewhere else does. `suspect`: the server answers, and again and again with
 * neither messages nor a cursor, as it does when a login has lapsed. `cannot_keep`: nothing is polled, because nothing could
 * be kept.
 */
export type ReceiverState =
  | 'connecting'
  | 'connected'
  | 'standby'
  | 'retrying'
  | 'suspect'
  | 'login_needed'
  | 'taken_over'
  | 'cannot_keep';

/** The state, since when (milliseconds since 1970), and why it is bad. */
export interface Health {
  state: ReceiverState;
  since: number;
  error?: ILinkError | StoreTrouble;
}

/** Somebody who wants this bot's messages. If a method throws, the others are still told. */
export interface Listener {
  /** Whether it only wants to know whether users have written: what comes is to be kept for those who listen later. */
  forSending?: boolean;
  /** Something new is in the store. */
  onArrival(): void;
  /** The state changed, or this is the state as it was found. */
  onHealth?(health: Health): void;
}
