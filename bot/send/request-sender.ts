import type { Clock } from '../../ilink/clock';
import type { ILinkError } from '../../ilink/errors';
import type { KeyedQueue } from '../keyed-queue';
import type { Report } from '../report';
import type { SendCheckpoints } from './checkpoints';
import { chooseContextToken } from './context-token';
import type { Conversations } from './conversations';
import { ConversationClosed, Unconfirmed } from './failures';
import { isTaken, type OutcomeOf, type SendRequest, type SendResult } from './message';
import type { MessageSender } from './message-sender';
import type { BotOutbox } from './outbox';
import type { BackgroundPolls } from './ports';
import type { Probed } from './probe';
import type { QueuedOutcomes } from './queued-outcomes';
import { rowsOf } from './queued-rows';
import { SendInProgress } from './send-in-progress';
import { diagnoseWait } from './wait-diagnosis';
import type { WaitReason } from './wait-reasons';

export interface RequestSenderDeps {
  sender: Pick<MessageSender, 'send'>;
  conversations: Pick<Conversations, 'standingOf' | 'get' | 'reasonBy'>;
  outbox: Pick<BotOutbox, 'add' | 'flush' | 'noteTrouble'>;
  /** What a user is sent goes out one after another. */
  byUser: KeyedQueue;
  checkpoints: SendCheckpoints;
  outcomes: Pick<QueuedOutcomes, 'upToDate'>;
  polling: BackgroundPolls;
  /** Looks where the conversation stands, at no cost. */
  probe: (userId: string, contextToken?: string) => Promise<Probed>;
  clock: Clock;
  newSendId: () => string;
  newClientId: () => string;
  report: Report;
}

/** What became of a message that was tried. */
type Tried = Awaited<ReturnType<MessageSender['send']>>;

/** Sends everything that is to be sent: in order for each user, queued when the conversation is closed. */
export class RequestSender {
  constructor(private readonly deps: RequestSenderDeps) {}

  /**
   * Sends the messages of one request, one after another. What a user is sent at the same time goes out in the order of the
   * calls.
   *
   * @returns what became of every message. It does not throw when one was refused; see {@link SendResult.failure}
   */
  send(request: SendRequest, signal?: AbortSignal): Promise<SendResult> {
    return this.deps.byUser.run(request.to, () => this.sendNow(request, signal));
  }

  private async sendNow(request: SendRequest, signal?: AbortSignal): Promise<SendResult> {
    const { clock, checkpoints } = this.deps;
    const startedAt = clock.now();
    signal?.throwIfAborted();
    const noted = await checkpoints.resume(request.identity);
    const done = await this.upToDate(request.to, noted.done);
    // What is tried again is not what was under way.
    const before = done.length < noted.done.length ? { done } : { ...noted, done };
    const send = new SendInProgress(request, before, signal);
    // A retry may find that all of it is done.
    const first = send.isDone ? undefined : await this.sendAtOnce(send);
    const standsBehind = send.isDone || first ? undefined : await this.prepare(send);
    const failure = await this.sendRest(send, standsBehind, first);
    const wasResumed = before.done.length > 0 || before.client_id !== undefined;
    if (failure === undefined)
      await checkpoints.finished(request.identity, { done: send.results }, wasResumed);
    return {
      parts: send.results,
      ...(failure !== undefined && { failure }),
      resumed: before.done.length,
      ...(send.conversation && { conversation: send.conversation }),
      startedAt,
      finishedAt: clock.now(),
    };
  }

  /** What an earlier try queued may have left the queue since. */
  private async upToDate(to: string, done: SendResult['parts']): Promise<SendResult['parts']> {
    try {
      return await this.deps.outcomes.upToDate(to, done);
    } catch (error) {
      this.deps.report({ code: 'outcomes_not_read' }, error);
      return done;
    }
  }

  /**
   * Most messages have nothing in their way, and their claim finds that out by itself: nothing has to be read before.
   *
   * @returns what became of the first message that is to be sent; nothing when it was not tried
   */
  private async sendAtOnce(send: SendInProgress): Promise<Tried | undefined> {
    if (send.request.whenClosed === 'sendAnyway') return undefined;
    const tried = await this.trySending(send, true);
    return tried.outcome === 'deferred' && tried.error === undefined ? undefined : tried;
  }

  /**
   * Finds out where the conversation stands, and lets go out first what waits already.
   *
   * @returns why the new messages have to queue up behind others; nothing when they need not
   */
  private async prepare(send: SendInProgress): Promise<WaitReason | undefined> {
    const { to, contextToken, whenClosed, limits } = send.request;
    const { conversations, outbox, report } = this.deps;
    const known = await conversations.get(to);
    const hasToken = chooseContextToken(contextToken, known?.contextToken) !== undefined;
    const mayWait = !hasToken || conversations.standingOf(known, limits).canSend === false;
    if (mayWait) await this.lookOnce(send);
    const { queued = 0 } = (mayWait ? await conversations.get(to) : known) ?? {};
    if (whenClosed === 'sendAnyway' || (queued === 0 && !mayWait)) return undefined;
    try {
      // Somebody of whom nothing is known may have messages waiting, too.
      const reason = await outbox.flush(to);
      return whenClosed === 'queue' ? reason : undefined;
    } catch (error) {
      report({ code: 'outbox_not_sent' }, error);
      return whenClosed === 'queue' && queued > 0 ? 'window_over' : undefined;
    }
  }

  private async lookOnce(send: SendInProgress): Promise<void> {
    send.hasLooked = true;
    await this.deps.polling.pollOnce();
  }

  /**
   * Sends the parts that have no result yet, and adds what became of them.
   *
   * @param first what became of the first of them already
   * @returns why it broke off, if it did
   */
  private async sendRest(
    send: SendInProgress,
    standsBehind: WaitReason | undefined,
    first: Tried | undefined,
  ): Promise<unknown> {
    let known = first;
    while (!send.isDone) {
      const { triedId } = send;
      if (standsBehind)
        return this.wait(send, { reason: standsBehind, ...(triedId && { client_id: triedId }) });
      const tried = known ?? (await this.sendPart(send));
      known = undefined;
      if (tried.outcome === 'deferred') return this.wait(send, tried);
      if (!isTaken(tried)) return this.breakOff(send, tried);
      if (tried.outcome === 'unconfirmed' && send.request.stopsAtUnconfirmed)
        return this.stopUnconfirmed(send, tried);
      send.add(tried);
    }
    return undefined;
  }

  /** Sends one part. When only our count is against it, and nobody listens, the user may have written: it looks first. */
  private async sendPart(send: SendInProgress): Promise<Tried> {
    const tried = await this.trySending(send);
    if (tried.outcome !== 'deferred' || tried.error || send.hasLooked) return tried;
    await this.lookOnce(send);
    return this.trySending(send);
  }

  private async trySending(send: SendInProgress, unlessQueued = false): Promise<Tried> {
    const { request, results, triedId, signal } = send;
    const { to, contextToken, whenClosed, limits, pauseMs, identity } = request;
    const client_id = triedId ?? this.deps.newClientId();
    const noted = this.deps.checkpoints.trying(identity, { done: results, client_id });
    const message = {
      to,
      item: send.rest[0]!.item,
      gapMs: pauseMs,
      client_id,
      noted,
      unlessQueued,
      // Of several messages the first does not know where the last leaves it.
      ...(request.parts.length === 1 && { onKnown: send.noteConversation }),
      ...(triedId && { mayHaveArrived: true }),
      ...(contextToken && { contextToken }),
    };
    return this.deps.sender.send(message, whenClosed === 'sendAnyway' ? undefined : limits, signal);
  }

  /** The rest cannot go out now. @returns why it is not kept until it can, if it is not */
  private async wait(
    send: SendInProgress,
    deferred: { reason: WaitReason; client_id?: string; error?: ILinkError },
  ): Promise<unknown> {
    const { error, client_id } = deferred;
    const found = await diagnoseWait(this.deps, send.request, deferred);
    if (typeof found !== 'string') return this.breakOff(send, failureOf(found, client_id));
    if (send.request.whenClosed !== 'queue')
      return this.breakOff(send, failureOf(new ConversationClosed(found, error), client_id));
    return this.queueRest(send, found, client_id);
  }

  /** @returns why they could not be kept, if they could not; then they are not sent */
  private async queueRest(
    send: SendInProgress,
    reason: WaitReason,
    triedId: string | undefined,
  ): Promise<unknown> {
    const { clock, newSendId, outbox } = this.deps;
    const expiresAt = clock.now() + send.request.queueMs;
    try {
      const about = { sendId: newSendId(), queuedAt: clock.now(), expiresAt, reason };
      const ids = await outbox.add(rowsOf(send.request, send.rest, about, triedId));
      const until = new Date(expiresAt).toISOString();
      for (const queueId of ids)
        send.add({ outcome: 'queued', queueId, expiresAt: until, reasonCode: reason });
    } catch (error) {
      return this.breakOff(send, failureOf(error, triedId));
    }
    this.deps.polling.pollWhileQueued();
    return undefined;
  }

  private async breakOff(send: SendInProgress, failed: OutcomeOf<'refused' | 'in_doubt'>): Promise<unknown> {
    const { outcome, client_id, error } = failed;
    const tried = outcome === 'in_doubt' && client_id !== undefined && { client_id };
    await this.deps.checkpoints.brokeOff(send.request.identity, { done: [...send.results], ...tried });
    send.breakOff(failed);
    return error;
  }

  /** A retry sends this one again, under a new id: under the same one the server would drop it. What it accepted stays sent. */
  private async stopUnconfirmed(send: SendInProgress, taken: OutcomeOf<'unconfirmed'>): Promise<unknown> {
    await this.deps.checkpoints.brokeOff(send.request.identity, { done: [...send.results] });
    send.breakOff(taken);
    return new Unconfirmed();
  }
}

/** @param triedId under which an earlier attempt may have arrived */
function failureOf(error: unknown, triedId: string | undefined): OutcomeOf<'refused' | 'in_doubt'> {
  return triedId === undefined
    ? { outcome: 'refused', error }
    : { outcome: 'in_doubt', client_id: triedId, error };
}
