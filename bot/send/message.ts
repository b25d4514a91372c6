import type { ILinkError } from '../../ilink/errors';
import type { MessageItem } from '../../ilink/wire';
import type { Conversation } from '../../store/store';
import type { ContextTokens } from './context-token';
import type { WaitReason } from './wait-reasons';
import type { Limits } from './window';

/*
 * One outgoing message is of four types on its way:
 *
 * 1. `Part`: what is wanted. It has a content and no recipient, because a request says once for all its parts to whom they go.
 * 2. `OutgoingMessage`: what is tried. It has a recipient and the `client_id` by which the server knows a repeat. Several queued
 *    texts may be one.
 * 3. `QueuedMessage`: what waits. It is a row of the store, with everything that a process has to know that did not queue it.
 * 4. `Outcome`: what became of it.
 *
 * A whole send is a `SendRequest` that ends as a `SendResult`.
 */

export type { QueuedMessage } from '../../store/outbox';

/** What one message of a send says. */
export interface Part {
  type: 'text' | 'image' | 'video' | 'file';
  item: MessageItem;
}

/** One message to one user, as it is tried. */
export interface OutgoingMessage {
  to: string;
  contextToken?: ContextTokens;
  item: MessageItem;
  /** The id to send it under; by default a new one. */
  client_id?: string;
  /** The distance to keep to the next message of the same person, in milliseconds; there is a default. */
  gapMs?: number;
  /** Whether an earlier attempt under this `client_id` may have arrived: under the same id it cannot arrive twice. */
  mayHaveArrived?: boolean;
  /** It may not overtake what waits for the user; then it is deferred without a closer look. */
  unlessQueued?: boolean;
  /** Told of the conversation as it is when the server has taken the message at once, where that is known without a look. */
  onKnown?: (conversation: Conversation) => void;
  /** Has to be resolved before it goes out. It is waited for together with the claim, so that the store writes both at once. */
  noted?: Promise<void>;
}

/**
 * What became of one message, and so what may be done with it.
 * - `accepted`: the server took it.
 * - `unconfirmed`: the server took it without giving it an id although it normally does, which often means that it is never shown.
 *   Sending it again might show it twice.
 * - `deferred`: not sent, and `reason` says what it waits for. Asking the server again before that is useless and penalised. With an
 *   `error` the server has said so; with a `client_id`, an earlier attempt may have arrived, and it has to go out under that id.
 * - `queued`: it waits in the outbox.
 * - `refused`: it certainly did not arrive.
 * - `in_doubt`: nobody knows whether it arrived. It may go out again under its `client_id` only.
 * - `not_sent`: nothing was tried, because an earlier message of the same send broke off.
 */
export type Outcome =
  | {
      outcome: 'accepted';
      /** Exact digits; absent when the server gave none. */ message_id?: string;
      client_id: string;
    }
  | { outcome: 'unconfirmed'; client_id: string }
  | { outcome: 'deferred'; reason: WaitReason; client_id?: string; error?: ILinkError }
  | { outcome: 'queued'; queueId: number; expiresAt: string; reasonCode: WaitReason }
  | { outcome: 'refused'; client_id?: string; error?: unknown; end?: EndReason }
  | { outcome: 'in_doubt'; client_id?: string; error?: unknown; end?: EndReason }
  | { outcome: 'not_sent' };

/** How a message left the outbox without being taken by the server, where no error of this send says it. */
export type EndReason =
  'cancelled' | 'refused' | 'refused_in_doubt' | 'expired' | 'expired_in_doubt' | 'unknown';

/** The outcomes of these kinds. */
export type OutcomeOf<Kind extends Outcome['outcome']> = Extract<Outcome, { outcome: Kind }>;

/** @returns whether the server took the message */
export function isTaken(result: Outcome): result is OutcomeOf<'accepted' | 'unconfirmed'> {
  return result.outcome === 'accepted' || result.outcome === 'unconfirmed';
}

/** What to do with a message that the user has to write for first. */
export type WhenClosed = 'queue' | 'error' | 'sendAnyway';

/** What one send is told by, when it is tried again. */
export interface SendIdentity {
  /** Names the place: where it began, which step of what it was for which item, and to whom. */
  name: string;
  /** The same without the execution, for a retry that does not know where it began. */
  place: string;
  /** What each message of it says. The same content gives the same text. */
  parts: readonly string[];
  execution: string;
  /** Whether this execution is the retry of one that failed. */
  isRetry: boolean;
  /** Whether `name` holds the execution that it began in; a retry of one that died does not know it. */
  knowsOrigin: boolean;
  /** What it belongs to, the same object for all sends of it. */
  run?: SendRun;
}

/** One run of what sends: it may send a thousand times, and all of them begin with the same look into the store. */
export interface SendRun {
  /** Names it, as {@link SendIdentity.name} names a send of it. */
  name: string;
  /** Whether an earlier try of this run has left something in the store. */
  hasEarlier?: Promise<boolean>;
}

export interface SendRequest {
  to: string;
  contextToken?: ContextTokens;
  /** In their order, at least one. */
  parts: Part[];
  /** The distance to the next message of the same person, whoever sends it, in milliseconds. */
  pauseMs: number;
  whenClosed: WhenClosed;
  limits: Limits;
  /** How long a queued message waits. */
  queueMs: number;
  /** What is put before a queued text that goes out late; `{age}` stands for how late. Empty for nothing. */
  ageNote: string;
  /** Whether a message that was taken without an id ends the send. */
  stopsAtUnconfirmed?: boolean;
  /** So that a retry goes on where an earlier try broke off. */
  identity?: SendIdentity;
}

/** What became of a send. */
export interface SendResult {
  /** In the order of the request. None is `deferred`: what could not go out is queued or refused. */
  parts: Array<Pick<Part, 'type'> & Exclude<Outcome, { outcome: 'deferred' }>>;
  /** Why it broke off; absent when every message was taken or queued. */
  failure?: unknown;
  /** How many of the messages an earlier try had sent. */
  resumed: number;
  /** The conversation after it, where that is known without a look. */
  conversation?: Conversation;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Milliseconds since 1970. */
  finishedAt: number;
}
