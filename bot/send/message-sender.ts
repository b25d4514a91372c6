import { sleep, type Clock } from '../../ilink/clock';
import type { ILinkClient } from '../../ilink/client';
import { ILinkError, retryAfterOf } from '../../ilink/errors';
import type { Conversation } from '../../store/store';
import type { Claim, Conversations } from './conversations';
import { chooseContextToken } from './context-token';
import { isTaken, type OutcomeOf, type OutgoingMessage } from './message';
import type { Probed } from './probe';
import { mayHaveArrived, retryPauseMs } from './retry';
import { DEFAULT_GAP_MS, throttlePauseMs, widerGapMs } from './throttle';
import type { WaitReason } from './wait-reasons';
import { DEFAULT_LIMITS, type Limits } from './window';

/** What may become of an attempt. */
type Attempted = OutcomeOf<'accepted' | 'unconfirmed' | 'deferred' | 'refused' | 'in_doubt'>;

export interface MessageSenderDeps {
  client: Pick<ILinkClient, 'sendMessage'>;
  conversations: Pick<Conversations, 'claim' | 'settle' | 'reasonBy'>;
  /** Looks where a conversation stands, at no cost. */
  probe: (userId: string, contextToken?: string) => Promise<Probed>;
  clock: Clock;
  /** A number from 0 up to 1. */
  random: () => number;
  newClientId: () => string;
  /** Whether this server gives ids: what is known from before, and how to remember it. */
  idGiver: { known(): Promise<boolean>; learn(): Promise<void> };
  /** Told of every message that the server took. It may not fail. */
  onTaken?: (message: OutgoingMessage, taken: OutcomeOf<'accepted' | 'unconfirmed'>) => void;
}

/** Sends single messages of one bot, counts them, and says what became of each. */
export class MessageSender {
  private givesIds = false;

  constructor(private readonly deps: MessageSenderDeps) {}

  /**
   * Sends one message, when its slot has come: messages to one person keep a distance, whoever sends them. When the answer got
   * lost it is sent again under the same `client_id`, by which the server drops the second one; what the server refused is never
   * repeated.
   *
   * @param limits what has to hold for it to be tried; nothing when it is to be tried in any case
   */
  async send(message: OutgoingMessage, limits: Limits | undefined, signal?: AbortSignal): Promise<Attempted> {
    const { conversations, clock, newClientId } = this.deps;
    const hasToken = chooseContextToken(message.contextToken) !== undefined;
    const gapMs = message.gapMs ?? DEFAULT_GAP_MS;
    const { to, unlessQueued = false } = message;
    const claiming = conversations.claim(to, limits, { hasToken, gapMs, unlessQueued });
    await message.noted;
    const claim = await claiming;
    const client_id = message.client_id ?? newClientId();
    if (!claim.granted) {
      const tried = message.mayHaveArrived && { client_id };
      return { outcome: 'deferred', reason: claim.reason ?? 'window_over', ...tried };
    }
    if (claim.slotAt > clock.now()) await sleep(clock, claim.slotAt - clock.now(), signal);
    const contextToken = chooseContextToken(message.contextToken, claim.contextToken);
    const attempt = await this.attempt({ ...message, client_id }, contextToken, claim, signal);
    if (isTaken(attempt)) this.deps.onTaken?.(message, attempt);
    await conversations.settle(message.to, claim, this.endOf(attempt, claim));
    if (attempt.outcome === 'accepted' && unlessQueued && claim.isPlain)
      message.onKnown?.(afterSend(to, claim));
    return attempt;
  }

  /** What an attempt says of the conversation. */
  private endOf(attempt: Attempted, claim: Claim): Parameters<Conversations['settle']>[2] {
    switch (attempt.outcome) {
      case 'accepted':
        return { isTaken: true, isOpen: claim.closedByServer || claim.throttles > 0 };
      case 'unconfirmed':
      case 'in_doubt':
        return {};
      case 'refused': {
        const { error } = attempt;
        const isUnknownUser = error instanceof ILinkError && error.kind === 'wrong_recipient';
        return { isBack: true, isUnknownUser };
      }
      case 'deferred':
        return attempt.reason === 'throttled'
          ? { isBack: true, throttle: this.patience(claim, retryAfterOf(attempt.error)) }
          : { isBack: true, isClosed: true };
    }
  }

  /** @param askedMs the pause that the server asked for */
  private patience({ throttles, gapMs }: Claim, askedMs: number): { until: number; gapMs: number } {
    const { clock, random } = this.deps;
    const pauseMs = Math.max(askedMs, throttlePauseMs(throttles, random()));
    return { until: clock.now() + pauseMs, gapMs: widerGapMs(gapMs) };
  }

  private async attempt(
    message: OutgoingMessage & { client_id: string },
    contextToken: string | undefined,
    claim: Claim,
    signal?: AbortSignal,
  ): Promise<Attempted> {
    const { to, item, client_id } = message;
    const wire = { to_user_id: to, client_id, item, ...(contextToken && { context_token: contextToken }) };
    let inDoubt = message.mayHaveArrived ?? false;
    const failed = (error: unknown): Attempted => ({
      outcome: inDoubt ? 'in_doubt' : 'refused',
      error,
      client_id,
    });
    for (let tries = 1; ; tries++) {
      if (signal?.aborted) return failed(signal.reason);
      try {
        return await this.judge(await this.deps.client.sendMessage(wire, signal), client_id, !contextToken);
      } catch (error) {
        if (mayPass(error, message, contextToken, claim.lastInboundAt > 0)) {
          const reason = await this.reasonOf(error, to, contextToken, claim);
          if (typeof reason !== 'string') return failed(reason);
          return { outcome: 'deferred', reason, error, ...(inDoubt && { client_id }) };
        }
        inDoubt ||= mayHaveArrived(error);
        const pauseMs = retryPauseMs(error, tries);
        if (pauseMs === undefined) return failed(error);
        await sleep(this.deps.clock, pauseMs, signal);
      }
    }
  }

  /**
   * A general -2 says that the conversation is closed, or that messages came too fast. It is no closed window while that is open by
   * all that is known: by our count, or because the server says so when it is asked for nothing.
   *
   * @returns why the message waits, or the error that keeps it from ever going out
   */
  private async reasonOf(
    error: ILinkError,
    to: string,
    contextToken: string | undefined,
    claim: Claim,
  ): Promise<WaitReason | ILinkError> {
    if (error.kind === 'throttled') return 'throttled';
    const known = this.deps.conversations.reasonBy({ ...claim, throttledUntil: 0 }, DEFAULT_LIMITS, true);
    if (known) return known;
    const hasWritten = claim.lastInboundAt > 0;
    if (error.kind !== 'window_closed') return hasWritten ? 'window_over' : 'first_message';
    const probed = await this.deps.probe(to, contextToken);
    if (probed.found === 'refused') return probed.error;
    if (probed.found === 'closed') return hasWritten ? 'window_over' : 'first_message';
    return hasWritten || probed.found === 'open' ? 'throttled' : 'first_message';
  }

  /**
   * `ret: 0` without an id is unconfirmed from the first send on; an empty reply is how servers used to say yes, unless this one is
   * known to give ids. Without a token nobody knows: some servers drop what has none, and answer as if they had not.
   */
  private async judge(
    { message_id, isBare = false }: { message_id?: string; isBare?: boolean },
    client_id: string,
    withoutContextToken: boolean,
  ): Promise<OutcomeOf<'accepted' | 'unconfirmed'>> {
    if (message_id) {
      if (!this.givesIds) await this.deps.idGiver.learn();
      this.givesIds = true;
      return { outcome: 'accepted', message_id, client_id };
    }
    if (!isBare || withoutContextToken) return { outcome: 'unconfirmed', client_id };
    this.givesIds ||= await this.deps.idGiver.known();
    return { outcome: this.givesIds ? 'unconfirmed' : 'accepted', client_id };
  }
}

/** Where a plain claim of a message that waits behind nobody left the conversation: nothing but the count has changed. */
function afterSend(userId: string, claim: Claim): Conversation {
  const { contextToken, login, lastInboundAt, closedByServer, sentSince, throttledUntil, throttles } = claim;
  const facts = { contextToken, login, lastInboundAt, closedByServer, throttledUntil, throttles };
  return { userId, ...facts, sentSince: sentSince + 1, queued: 0 };
}

/**
 * Nothing is wrong with the message itself: it has to wait for the user, or for a throttle to pass. The next message of the user
 * brings a new context token, so one that was not asked for by name is nothing against the message, nor is the lack of one, for
 * which -3 was seen, too.
 */
function mayPass(
  error: unknown,
  { contextToken: { wanted } = {} }: OutgoingMessage,
  contextToken: string | undefined,
  hasWritten: boolean,
): error is ILinkError {
  if (!(error instanceof ILinkError)) return false;
  switch (error.kind) {
    case 'window_closed':
    case 'throttled':
      return true;
    case 'context_token_refused':
      return !wanted;
    case 'wrong_recipient':
      return hasWritten && !contextToken;
    default:
      return false;
  }
}
