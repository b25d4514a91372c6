import type { Clock } from '../../ilink/clock';
import type { ILinkError } from '../../ilink/errors';
import type { Part, PartResult, Taken } from './message';
import type { Conversations } from './conversations';
import type { KeyedQueue } from '../keyed-queue';
import type { Probed } from './probe';
import { troubleIn, type BotOutbox } from './outbox';
import { ConversationClosed, Unconfirmed } from './failures';
import { withQueuedOutcomes } from './queued-outcomes';
import { isTaken, type Attempt, type MessageSender } from './message-sender';
import type { Checkpoint, SendIdentity, SendCheckpoints } from './checkpoints';
import type { WaitReason } from './wait-reasons';
import type { Limits } from './window';
import type { Report } from '../report';

export { ConversationClosed, Unconfirmed } from './failures';

/** What to do with a message that the user has to write for first. */
export type WhenClosed = 'queue' | 'error' | 'sendAnyway';

export interface SendRequest {
  to: string;
  /** See {@link Message}. */
  contextToken?: string;
  fallbackToken?: string;
  /** In their order, at least one. */
  parts: Part[];
  /** The distance to the next message of the same person, whoever sends it, in milliseconds. */
  pauseMs: number;
  whenClosed: WhenClosed;
  limits: Limits;
  /** How long a queued message waits. */
  queueMs: number;
  /** See {@link QueueDraft.ageNote}. */
  ageNote: string;
  /** Whether a message that was taken without an id ends the send. */
  stopsAtUnconfirmed?: boolean;
  /** So that a retry goes on where an earlier try broke off. */
  identity?: SendIdentity;
}

/** What became of a send. Every message of it has an entry. */
export interface SendResult {
  parts: PartResult[];
  /** Why it broke off; absent when every message was taken or queued. */
  failure?: unknown;
  /** How many of the messages an earlier try had sent. */
  resumed: number;
  startedAt: number;
  finishedAt: number;
}

/** Why a message is not sent. */
type NotSent =
  | Extract<Attempt, { outcome: 'held' }>
  | { outcome: 'failed'; error: unknown; client_id?: string; mayHaveArrived: boolean };

/** Where a send is. */
interface Going {
  request: SendRequest;
  /** What became of its messages so far. */
  results: PartResult[];
  before: Checkpoint;
  /** Whether somebody has looked for a message of the user since it began. */
  looked: boolean;
  signal?: AbortSignal;
}

export interface RequestSenderDeps {
  sender: Pick<MessageSender, 'send'>;
  conversations: Pick<Conversations, 'standingOf' | 'get' | 'reasonBy'>;
  queue: Pick<BotOutbox, 'add' | 'flush' | 'noteTrouble' | 'outcomesOf'>;
  byUser: KeyedQueue;
  unfinished: SendCheckpoints;
  /** Looks whether the user has written, when nobody listens. */
  pollOnce: () => Promise<void>;
  /** Looks where the conversation stands, at no cost. */
  probe: (userId: string, contextToken?: string) => Promise<Probed>;
  /** Something was queued: somebody has to notice when the user writes. */
  pollWhileQueued: () => void;
  clock: Clock;
  newSendId: () => string;
  newClientId: () => string;
  report: Report;
}

/** Sends everything that workflows want to send: in order for each user, queued when the conversation is closed. */
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
    const { clock, unfinished } = this.deps;
    const startedAt = clock.now();
    signal?.throwIfAborted();
    const noted = await unfinished.resume(request.identity);
    const done = await this.asTheyStand(request.to, noted.done);
    // What is tried again is not what was under way.
    const before = done.length < noted.done.length ? { done } : { ...noted, done };
    const results = [...done];
    const going: Going = { request, results, before, looked: false, ...(signal && { signal }) };
    // A retry may find that all of it is done.
    const isDone = results.length === request.parts.length;
    const first = isDone ? undefined : await this.sendAtOnce(going);
    const standsBehind = isDone || first ? undefined : await this.prepare(going);
    const failure = await this.sendRest(going, standsBehind, first);
    const wasResumed = before.done.length > 0 || before.client_id !== undefined;
    if (failure === undefined) await unfinished.finished(request.identity, { done: results }, wasResumed);
    return {
      parts: results,
      ...(failure !== undefined && { failure }),
      resumed: before.done.length,
      startedAt,
      finishedAt: clock.now(),
    };
  }

  /** What an earlier try queued may have left the queue since. */
  private async asTheyStand(to: string, done: PartResult[]): Promise<PartResult[]> {
    const ids = done.flatMap((part) => (part.outcome === 'queued' ? [part.queueId] : []));
    if (ids.length === 0) return done;
    try {
      return withQueuedOutcomes(done, await this.deps.queue.outcomesOf(to, ids));
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
  private async sendAtOnce(going: Going): Promise<Attempt | undefined> {
    if (going.request.whenClosed === 'sendAnyway') return undefined;
    const { results, before } = going;
    const attempt = await this.trySending(going, results.length, before.client_id, true);
    return attempt.outcome === 'held' && attempt.error === undefined ? undefined : attempt;
  }

  /**
   * Finds out where the conversation stands, and lets go out first what waits already.
   *
   * @returns why the new messages have to queue up behind others; nothing when they need not
   */
  private async prepare(going: Going): Promise<WaitReason | undefined> {
    const { to, whenClosed, limits } = going.request;
    const { conversations, queue, report } = this.deps;
    const known = await conversations.get(to);
    const mayWait =
      !this.hasToken(going.request, known) || conversations.standingOf(known, limits).canSend === false;
    if (mayWait) await this.lookOnce(going);
    const { queued = 0 } = (mayWait ? await conversations.get(to) : known) ?? {};
    if (whenClosed === 'sendAnyway' || (queued === 0 && !mayWait)) return undefined;
    try {
      // Somebody of whom nothing is known may have messages waiting, too.
      const reason = await queue.flush(to);
      return whenClosed === 'queue' ? reason : undefined;
    } catch (error) {
      report({ code: 'queue_not_sent' }, error);
      return whenClosed === 'queue' && queued > 0 ? 'window_over' : undefined;
    }
  }

  private hasToken({ contextToken, fallbackToken }: SendRequest, known?: { contextToken: string }): boolean {
    return Boolean(contextToken || fallbackToken || known?.contextToken);
  }

  private async lookOnce(going: Going): Promise<void> {
    going.looked = true;
    await this.deps.pollOnce();
  }

  /**
   * Sends the parts that have no result yet, and adds what became of them.
   *
   * @param first what became of the first of them already
   * @returns why it broke off, if it did
   */
  private async sendRest(
    going: Going,
    standsBehind: WaitReason | undefined,
    first: Attempt | undefined,
  ): Promise<unknown> {
    const { request, results, before } = going;
    const done = results.length;
    for (let i = done; i < request.parts.length; i++) {
      const triedId = i === done ? before.client_id : undefined;
      if (standsBehind)
        return this.wait(going, { reason: standsBehind, ...(triedId && { client_id: triedId }) });
      const attempt = (i === done ? first : undefined) ?? (await this.sendPart(going, i, triedId));
      if (attempt.outcome === 'held') return this.wait(going, attempt);
      if (!isTaken(attempt)) return this.breakOff(going, attempt);
      if (attempt.outcome === 'unconfirmed' && request.stopsAtUnconfirmed)
        return this.stopUnconfirmed(going, attempt);
      results.push({ type: request.parts[i]!.type, ...attempt });
    }
    return undefined;
  }

  /** Sends one part. When only our count is against it, and nobody listens, the user may have written: it looks first. */
  private async sendPart(going: Going, index: number, triedId: string | undefined): Promise<Attempt> {
    const attempt = await this.trySending(going, index, triedId);
    if (attempt.outcome !== 'held' || attempt.error || going.looked) return attempt;
    await this.lookOnce(going);
    return this.trySending(going, index, triedId);
  }

  private async trySending(
    { request, results, signal }: Going,
    index: number,
    triedId: string | undefined,
    unlessQueued = false,
  ): Promise<Attempt> {
    const { to, contextToken, fallbackToken, whenClosed, limits, pauseMs, identity } = request;
    const client_id = triedId ?? this.deps.newClientId();
    const noted = this.deps.unfinished.trying(identity, { done: results, client_id });
    const message = {
      to,
      item: request.parts[index]!.item,
      gapMs: pauseMs,
      client_id,
      noted,
      unlessQueued,
      ...(triedId && { mayHaveArrived: true }),
      ...(contextToken && { contextToken }),
      ...(fallbackToken && { fallbackToken }),
    };
    return this.deps.sender.send(message, whenClosed === 'sendAnyway' ? undefined : limits, signal);
  }

  /** The rest cannot go out now. @returns why it is not kept until it can, if it is not */
  private async wait(
    going: Going,
    held: { reason: WaitReason; client_id?: string; error?: ILinkError },
  ): Promise<unknown> {
    const found = await this.lookCloser(going, held);
    if (typeof found !== 'string') {
      const mayHaveArrived = held.client_id !== undefined;
      const tried = mayHaveArrived && { client_id: held.client_id };
      return this.breakOff(going, { outcome: 'failed', error: found, mayHaveArrived, ...tried });
    }
    if (going.request.whenClosed !== 'queue')
      return this.breakOff(going, { ...held, outcome: 'held', reason: found });
    return this.queueRest(going, found, held.client_id);
  }

  /**
   * Nothing waits for the user that waits for something else: a dead token, a wrong address and a server that cannot be reached
   * are found out before anything is called queued.
   *
   * @returns what it waits for, or why it can never go out as things are
   */
  private async lookCloser(
    { request }: Going,
    { reason, error }: { reason: WaitReason; error?: ILinkError },
  ): Promise<WaitReason | ILinkError> {
    // Just now the server has answered.
    if (error) return reason;
    const { to, contextToken, fallbackToken } = request;
    const known = await this.deps.conversations.get(to);
    const token = contextToken || known?.contextToken || fallbackToken;
    const probed = await this.deps.probe(to, token);
    // What waits already waits for the same.
    const isTrouble =
      probed.found === 'unreachable' || (probed.found === 'refused' && !isOfUser(probed.error));
    if (isTrouble) this.deps.queue.noteTrouble(troubleIn(probed.error));
    if (probed.found === 'refused') return probed.error;
    // Of somebody unknown nothing says that it would ever work: as likely the address is wrong.
    if (probed.found === 'unreachable') return known ? 'server_unreachable' : probed.error;
    if (reason === 'token_refused' || reason === 'server_unreachable')
      return known ? (this.deps.conversations.reasonBy(known, request.limits) ?? reason) : 'first_message';
    return probed.found === 'closed' && reason === 'throttled' ? 'window_over' : reason;
  }

  /** @returns why they could not be kept, if they could not; then they are not sent */
  private async queueRest(going: Going, reason: WaitReason, triedId: string | undefined): Promise<unknown> {
    const { request, results } = going;
    const rest = request.parts.slice(results.length);
    const expiresAt = this.deps.clock.now() + request.queueMs;
    try {
      const ids = await this.deps.queue.add(this.draftsOf(request, rest, { expiresAt, reason }, triedId));
      const until = new Date(expiresAt).toISOString();
      rest.forEach(({ type }, i) =>
        results.push({ type, outcome: 'queued', queueId: ids[i]!, expiresAt: until, reasonCode: reason }),
      );
    } catch (error) {
      const mayHaveArrived = triedId !== undefined;
      const tried = mayHaveArrived && { client_id: triedId };
      return this.breakOff(going, { outcome: 'failed', error, mayHaveArrived, ...tried });
    }
    this.deps.pollWhileQueued();
    return undefined;
  }

  private draftsOf(
    { to: userId, ageNote, limits }: SendRequest,
    parts: Part[],
    about: { expiresAt: number; reason: WaitReason },
    triedId: string | undefined,
  ): Parameters<BotOutbox['add']>[0] {
    const sendId = this.deps.newSendId();
    const queuedAt = this.deps.clock.now();
    return parts.map(({ type, item }, i) => ({
      userId,
      sendId,
      type,
      item: JSON.stringify(item),
      ageNote,
      ...limits,
      ...about,
      queuedAt,
      ...(i === 0 && triedId && { clientId: triedId }),
    }));
  }

  private async breakOff({ request, results }: Going, attempt: NotSent): Promise<unknown> {
    const failed = attempt.outcome === 'failed';
    const error = failed ? attempt.error : new ConversationClosed(attempt.reason, attempt.error);
    const { client_id } = attempt;
    const arrived = failed ? attempt.mayHaveArrived : client_id !== undefined;
    const progress = { done: [...results], ...(arrived && client_id && { client_id }) };
    await this.deps.unfinished.brokeOff(request.identity, progress);
    const [first, ...rest] = request.parts.slice(results.length);
    results.push({
      type: first!.type,
      outcome: arrived ? 'unconfirmed' : 'refused',
      ...(client_id && { client_id }),
      error,
    });
    rest.forEach(({ type }) => results.push({ type, outcome: 'not_sent' }));
    return error;
  }

  /** A retry sends this one again, under a new id: under the same one the server would drop it. What it accepted stays sent. */
  private async stopUnconfirmed({ request, results }: Going, taken: Taken): Promise<unknown> {
    await this.deps.unfinished.brokeOff(request.identity, { done: [...results] });
    const [first, ...rest] = request.parts.slice(results.length);
    results.push({ type: first!.type, ...taken });
    rest.forEach(({ type }) => results.push({ type, outcome: 'not_sent' }));
    return new Unconfirmed();
  }
}

/** It concerns nobody else. */
function isOfUser({ kind }: ILinkError): boolean {
  return kind === 'wrong_recipient';
}
