import { sleep, type Clock } from '../ilink/clock';
import type { ILinkClient } from '../ilink/client';
import { ILinkError } from '../ilink/errors';
import type { MessageItem } from '../ilink/wire';
import type { Conversations } from './conversations';
import { mayHaveArrived, retryPauseMs } from './retry';
import type { Limits } from './window';

/** One message to one user. */
export interface Message {
  to: string;
  /** To be used whatever is known; by default it is the newest that is known for the user, else `fallbackToken`. */
  contextToken?: string;
  fallbackToken?: string;
  item: MessageItem;
  /** The id to send it under; by default a new one. */
  client_id?: string;
  /** Whether an earlier attempt under this `client_id` may have arrived: under the same id it cannot arrive twice. */
  triedBefore?: boolean;
}

/**
 * What became of one attempt, and so what the caller may do.
 * - `accepted`: done.
 * - `unconfirmed`: the server took it without giving it an id although it normally does, which often means that it is never
 *   shown. Sending it again might show it twice.
 * - `closed`: not sent; the user has to write first. Asking the server again before that is useless and penalised. With a
 *   `client_id`, an earlier try of this attempt may have arrived, and it has to go out under that id.
 * - `failed`: refused, or no answer. When it `mayHaveArrived`, it has to go out under the same id.
 */
export type Attempt =
  | Taken
  | { outcome: 'closed'; client_id?: string; error?: ILinkError }
  | { outcome: 'failed'; error: unknown; client_id: string; mayHaveArrived: boolean };

/** @returns whether the server took the message */
export function isTaken(attempt: Attempt): attempt is Taken {
  return attempt.outcome === 'accepted' || attempt.outcome === 'unconfirmed';
}

/** The server took the message. */
export interface Taken {
  outcome: 'accepted' | 'unconfirmed';
  /** Exact digits; absent when the server gave none. */
  message_id?: string;
  client_id: string;
}

export interface SenderDeps {
  client: Pick<ILinkClient, 'sendMessage'>;
  conversations: Pick<Conversations, 'claim' | 'giveBack' | 'reopened'>;
  clock: Clock;
  newClientId: () => string;
  /** Whether this server gives ids: what is known from before, and how to remember it. */
  idGiver: { known(): Promise<boolean>; learn(): Promise<void> };
  /** Told of every message that the server took. It may not fail. */
  onTaken?: (message: Message, taken: Taken) => void;
}

/** Sends single messages of one bot, counts them, and says what became of each. */
export class Sender {
  private givesIds = false;

  constructor(private readonly deps: SenderDeps) {}

  /**
   * Sends one message. When the answer got lost it is sent again under the same `client_id`, by which the server drops the
   * second one; what the server refused is never repeated.
   *
   * @param limits what has to hold for it to be tried; nothing when it is to be tried in any case
   */
  async send(message: Message, limits: Limits | undefined, signal?: AbortSignal): Promise<Attempt> {
    const { conversations, newClientId } = this.deps;
    const claim = await conversations.claim(message.to, limits);
    const client_id = message.client_id ?? newClientId();
    if (!claim.granted) return { outcome: 'closed', ...(message.triedBefore && { client_id }) };
    const token = message.contextToken ?? (claim.contextToken || message.fallbackToken);
    const attempt = await this.attempt(message, client_id, token, signal);
    if (isTaken(attempt)) this.deps.onTaken?.(message, attempt);
    if (attempt.outcome === 'closed') await conversations.giveBack(message.to, claim, true);
    else if (attempt.outcome === 'failed' && !attempt.mayHaveArrived)
      await conversations.giveBack(message.to, claim, false);
    else if (attempt.outcome === 'accepted' && claim.closedByServer) await conversations.reopened(message.to);
    return attempt;
  }

  private async attempt(
    message: Message,
    client_id: string,
    context_token: string | undefined,
    signal?: AbortSignal,
  ): Promise<Attempt> {
    const { to: to_user_id, item } = message;
    const wire = { to_user_id, client_id, item, ...(context_token && { context_token }) };
    let arrived = message.triedBefore ?? false;
    for (let tries = 1; ; tries++) {
      if (signal?.aborted) {
        return { outcome: 'failed', error: signal.reason, client_id, mayHaveArrived: arrived };
      }
      try {
        return await this.judge(await this.deps.client.sendMessage(wire, signal), client_id, !context_token);
      } catch (error) {
        if (isWindowClosed(error)) return { outcome: 'closed', error, ...(arrived && { client_id }) };
        arrived ||= mayHaveArrived(error);
        const pauseMs = retryPauseMs(error, tries);
        if (pauseMs === undefined) return { outcome: 'failed', error, client_id, mayHaveArrived: arrived };
        await sleep(this.deps.clock, pauseMs, signal);
      }
    }
  }

  /**
   * `ret: 0` without an id is unconfirmed from the first send on; an empty reply is how servers used to say yes, unless this one is
   * known to give ids. Without a token nobody knows: some servers drop what has none, and answer as if they had not.
   */
  private async judge(
    { message_id, isBare = false }: { message_id?: string; isBare?: boolean },
    client_id: string,
    withoutToken: boolean,
  ): Promise<Taken> {
    if (message_id) {
      if (!this.givesIds) await this.deps.idGiver.learn();
      this.givesIds = true;
      return { outcome: 'accepted', message_id, client_id };
    }
    if (!isBare || withoutToken) return { outcome: 'unconfirmed', client_id };
    this.givesIds ||= await this.deps.idGiver.known();
    return { outcome: this.givesIds ? 'unconfirmed' : 'accepted', client_id };
  }
}

function isWindowClosed(error: unknown): error is ILinkError {
  return error instanceof ILinkError && error.kind === 'window_closed';
}
