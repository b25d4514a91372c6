import { sleep, type Clock } from '../ilink/clock';
import type { ILinkError } from '../ilink/errors';
import type { MessageItem } from '../ilink/wire';
import type { Conversations } from './conversations';
import type { Lanes } from './lanes';
import type { Queue } from './queue';
import { isTaken, type Attempt, type Sender, type Taken } from './sender';
import type { SendIdentity, UnfinishedSends } from './unfinished';
import type { Limits } from './window';

/** What to do with a message that the user has to write for first. */
export type WhenClosed = 'queue' | 'error' | 'sendAnyway';

/** One WeChat message of a send. */
export interface Part {
  type: 'text' | 'image' | 'video' | 'file';
  item: MessageItem;
}

export interface SendRequest {
  to: string;
  /** See {@link Message}. */
  contextToken?: string;
  fallbackToken?: string;
  /** In their order, at least one. */
  parts: Part[];
  pauseMs: number;
  whenClosed: WhenClosed;
  limits: Limits;
  /** How long a queued message waits. */
  queueMs: number;
  /** See {@link QueueDraft.ageNote}. */
  ageNote: string;
  /** So that a retry goes on where an earlier try broke off. */
  identity?: SendIdentity;
}

/** What became of one message of a send. Nothing was tried of one that is `not_sent`. */
export type PartResult =
  | ({ type: Part['type'] } & Taken)
  | { type: Part['type']; outcome: 'queued'; queueId: number; expiresAt: string }
  | { type: Part['type']; outcome: 'refused' | 'unconfirmed'; client_id?: string; reason: string }
  | { type: Part['type']; outcome: 'not_sent' };

/** What became of a send. Every message of it has an entry. */
export interface Sent {
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
  | Extract<Attempt, { outcome: 'closed' }>
  | { outcome: 'failed'; error: unknown; client_id?: string; mayHaveArrived: boolean };

export interface OutboundDeps {
  sender: Pick<Sender, 'send'>;
  conversations: Pick<Conversations, 'standingOf' | 'get'>;
  queue: Pick<Queue, 'add' | 'flush'>;
  lanes: Lanes;
  unfinished: UnfinishedSends;
  /** Looks whether the user has written, when nobody listens. */
  look: () => Promise<void>;
  /** Something was queued: somebody has to notice when the user writes. */
  watch: () => void;
  clock: Clock;
  newSendId: () => string;
  report: (what: string, error?: unknown) => void;
}

/** The user has to write first, and the message was not to be queued. */
export class ConversationClosed extends Error {
  readonly next =
    'WeChat lets a bot send 10 messages, within 24 hours, after each message of the user. Ask the user to write anything to the bot, then send again; or let the message wait for that with the option "If the Window Is Closed".';

  constructor(readonly refusal?: ILinkError) {
    super('The conversation is closed until the user writes again');
    this.name = 'ConversationClosed';
  }
}

/** Sends everything that workflows want to send: in order for each user, queued when the conversation is closed. */
export class Outbound {
  constructor(private readonly deps: OutboundDeps) {}

  /**
   * Sends the messages of one request, one after another. What a user is sent at the same time goes out in the order of the
   * calls.
   *
   * @returns what became of every message. It does not throw when one was refused; see {@link Sent.failure}
   */
  send(request: SendRequest, signal?: AbortSignal): Promise<Sent> {
    return this.deps.lanes.run(request.to, () => this.sendNow(request, signal));
  }

  private async sendNow(request: SendRequest, signal?: AbortSignal): Promise<Sent> {
    const { clock, unfinished } = this.deps;
    const startedAt = clock.now();
    signal?.throwIfAborted();
    const before = await unfinished.resume(request.identity);
    const parts = [...before.done];
    // A retry may find that all of it is done.
    const isDone = parts.length === request.parts.length;
    const standBehind = !isDone && (await this.prepare(request));
    const failure = await this.sendRest(request, parts, before.client_id, standBehind, signal);
    return {
      parts,
      ...(failure !== undefined && { failure }),
      resumed: before.done.length,
      startedAt,
      finishedAt: clock.now(),
    };
  }

  /**
   * Finds out where the conversation stands, and lets go out first what waits already.
   *
   * @returns whether the new messages have to queue up behind others
   */
  private async prepare(request: SendRequest): Promise<boolean> {
    const { to, whenClosed, limits } = request;
    const { conversations, queue, look, report } = this.deps;
    const known = await conversations.get(to);
    const hasToken = request.contextToken || request.fallbackToken || known?.contextToken;
    const looked = !hasToken || conversations.standingOf(known, limits).canSend === false;
    if (looked) await look();
    const { queued = 0 } = (looked ? await conversations.get(to) : known) ?? {};
    if (whenClosed === 'sendAnyway' || queued === 0) return false;
    try {
      return (await queue.flush(to)) && whenClosed === 'queue';
    } catch (error) {
      report('Queued messages could not be sent', error);
      return whenClosed === 'queue';
    }
  }

  /** Sends the parts that are not in `results` yet, and adds what became of them. @returns why it broke off, if it did */
  private async sendRest(
    request: SendRequest,
    results: PartResult[],
    triedId: string | undefined,
    standBehind: boolean,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const done = results.length;
    for (let i = done; i < request.parts.length; i++) {
      if (standBehind) return this.queueRest(request, results, triedId);
      if (i > done) await sleep(this.deps.clock, request.pauseMs, signal);
      const attempt = await this.sendPart(request, i, i === done ? triedId : undefined, signal);
      if (attempt.outcome === 'closed' && request.whenClosed === 'queue')
        return this.queueRest(request, results, attempt.client_id);
      if (!isTaken(attempt)) return this.breakOff(request, results, attempt);
      results.push({ type: request.parts[i]!.type, ...attempt });
    }
    return undefined;
  }

  private sendPart(
    request: SendRequest,
    index: number,
    triedId: string | undefined,
    signal?: AbortSignal,
  ): Promise<Attempt> {
    const { to, contextToken, fallbackToken, whenClosed, limits } = request;
    const message = {
      to,
      item: request.parts[index]!.item,
      ...(contextToken && { contextToken }),
      ...(fallbackToken && { fallbackToken }),
      ...(triedId && { client_id: triedId, triedBefore: true }),
    };
    return this.deps.sender.send(message, whenClosed === 'sendAnyway' ? undefined : limits, signal);
  }

  /** @returns why they could not be kept, if they could not; then they are not sent */
  private async queueRest(
    request: SendRequest,
    results: PartResult[],
    triedId: string | undefined,
  ): Promise<unknown> {
    const rest = request.parts.slice(results.length);
    const expiresAt = this.deps.clock.now() + request.queueMs;
    try {
      const ids = await this.deps.queue.add(this.draftsOf(request, rest, expiresAt, triedId));
      const until = new Date(expiresAt).toISOString();
      rest.forEach(({ type }, i) =>
        results.push({ type, outcome: 'queued', queueId: ids[i]!, expiresAt: until }),
      );
    } catch (error) {
      const mayHaveArrived = triedId !== undefined;
      const tried = mayHaveArrived && { client_id: triedId };
      return this.breakOff(request, results, { outcome: 'failed', error, mayHaveArrived, ...tried });
    }
    this.deps.watch();
    return undefined;
  }

  private draftsOf(
    { to: userId, ageNote, limits }: SendRequest,
    parts: Part[],
    expiresAt: number,
    triedId: string | undefined,
  ): Parameters<Queue['add']>[0] {
    const sendId = this.deps.newSendId();
    const queuedAt = this.deps.clock.now();
    return parts.map(({ type, item }, i) => ({
      userId,
      sendId,
      type,
      item: JSON.stringify(item),
      ageNote,
      ...limits,
      queuedAt,
      expiresAt,
      ...(i === 0 && triedId && { clientId: triedId }),
    }));
  }

  private async breakOff(
    { parts, identity }: SendRequest,
    results: PartResult[],
    attempt: NotSent,
  ): Promise<unknown> {
    const failed = attempt.outcome === 'failed';
    const error = failed ? attempt.error : new ConversationClosed(attempt.error);
    const { client_id } = attempt;
    const arrived = failed ? attempt.mayHaveArrived : client_id !== undefined;
    const progress = { done: [...results], ...(arrived && client_id && { client_id }) };
    await this.deps.unfinished.note(identity, progress);
    const [first, ...rest] = parts.slice(results.length);
    results.push({
      type: first!.type,
      outcome: arrived ? 'unconfirmed' : 'refused',
      ...(client_id && { client_id }),
      reason: error instanceof Error ? error.message : 'cancelled',
    });
    rest.forEach(({ type }) => results.push({ type, outcome: 'not_sent' }));
    return error;
  }
}
