import type { Clock } from '../../ilink/clock';
import { ILinkError, retryAfterOf } from '../../ilink/errors';
import type { Kind } from '../../ilink/verdict';
import type { Conversation, Store } from '../../store/store';
import type { KeyedQueue } from '../keyed-queue';
import type { Report } from '../report';
import { nextBatch } from './batches';
import type { Conversations } from './conversations';
import { isTaken, type OutcomeOf, type QueuedMessage } from './message';
import type { MessageSender } from './message-sender';
import type { OutboxStatus } from './outbox-status';
import type { PollState } from './ports';
import type { Probed } from './probe';
import { troubleIn, type WaitReason } from './wait-reasons';

export interface OutboxSenderDeps {
  store: () => Promise<Store>;
  /** Whose messages wait. */
  bot: string;
  sender: Pick<MessageSender, 'send'>;
  status: Pick<OutboxStatus, 'sent' | 'refused' | 'expire' | 'noteReason'>;
  conversations: Pick<Conversations, 'get' | 'reasonBy' | 'noteClosed'>;
  /** Looks where a conversation stands, at no cost. */
  probe: (userId: string, contextToken?: string) => Promise<Probed>;
  /** Everything that goes out to one user goes one after another. */
  byUser: KeyedQueue;
  clock: Clock;
  newClientId: () => string;
  pollState: PollState;
  report: Report;
}

/** A flush that failed for a reason that passes is tried again after this. */
const RETRY_MS = 60_000;
/** When WeChat asks for a pause, or wants a login. */
const LONG_RETRY_MS = 300_000;
/** What is wrong with a message itself, so that it would be refused at any time. Everything else passes, or is mended. */
const OF_THE_MESSAGE: ReadonlySet<Kind> = new Set(['bad_request', 'wrong_recipient', 'unknown_code']);

/** Sends what waits in the outbox of one bot as far as the conversations allow, and knows when it is worth another try. */
export class OutboxSender {
  /** Why nothing can go out to anybody, as far as somebody has found out. */
  trouble: WaitReason | undefined;
  /** Users for whom it is not tried before this time (milliseconds since 1970), and why. */
  private readonly notBefore = new Map<string, { at: number; reason: WaitReason }>();
  /** Ends the wait for the next try. */
  private readonly alarms = new Map<string, () => void>();

  constructor(private readonly deps: OutboxSenderDeps) {}

  /** Sends what waits for these users, each at their turn. Never rejects. */
  async flushUsers(userIds: readonly string[]): Promise<void> {
    const flush = (userId: string): Promise<void> =>
      this.deps.byUser
        .run(userId, () => this.flush(userId))
        .then(
          () => undefined,
          (error: unknown) => this.deps.report({ code: 'outbox_not_sent' }, error),
        );
    await Promise.all([...new Set(userIds)].map(flush));
  }

  /**
   * Sends what waits for one user, in order, as far as the conversation allows. To be called when it is the user's turn.
   *
   * @returns why something still waits; nothing when nothing does. @throws when the store fails
   */
  async flush(userId: string): Promise<WaitReason | undefined> {
    const { status, bot, pollState } = this.deps;
    const store = await this.deps.store();
    await status.expire(store, userId);
    for (let rows: QueuedMessage[] = []; ;) {
      // Read once for all that waits. What may have arrived already is looked at again.
      if (!rows[0] || rows[0].clientId !== null) rows = await store.outbox.list(bot, userId);
      const [first] = rows;
      if (!first) return this.emptied(userId);
      const reason = await this.waitReason(first);
      const next = reason ? { reason } : await this.sendNext(store, rows);
      if (next.reason === undefined) {
        rows = next.left;
        continue;
      }
      if (pollState.isLeader) await status.noteReason(store, first, next.reason);
      return next.reason;
    }
  }

  /** Whatever kept these from being tried is over. */
  forgetPauses(userIds: readonly string[]): void {
    userIds.forEach((userId) => this.notBefore.delete(userId));
  }

  /** Ends all waits. */
  close(): void {
    for (const cancel of this.alarms.values()) cancel();
    this.alarms.clear();
  }

  /** Why the next message is not tried now. */
  private async waitReason(first: QueuedMessage): Promise<WaitReason | undefined> {
    const { pollState, clock, conversations } = this.deps;
    const { userId, quota, windowMs } = first;
    const pause = this.notBefore.get(userId);
    if (pause && pause.at > clock.now()) return pause.reason;
    const known = await conversations.get(userId);
    const trouble = this.trouble && (await this.checkTrouble(userId, known?.contextToken));
    if (trouble) return trouble;
    const reason = known ? conversations.reasonBy(known, { quota, windowMs }) : 'first_message';
    if (reason === 'throttled') this.againAt(userId, known!.throttledUntil);
    if (reason) return reason;
    if (!pollState.isLeader) return reasonOf(first);
    return known!.throttles > 0 ? this.probeBeforeRetry(known!) : undefined;
  }

  /** Whether none of these was taken or cancelled: then it is not them, and to read them anew would find the same. */
  private async allWait(store: Store, userId: string, ids: number[]): Promise<boolean> {
    const rows = await store.outbox.list(this.deps.bot, userId);
    const waiting = new Set(rows.filter(({ clientId }) => clientId === null).map(({ id }) => id));
    return ids.every((id) => waiting.has(id));
  }

  /** What was found out may be over. @returns why nothing can go out */
  private async checkTrouble(userId: string, contextToken?: string): Promise<WaitReason | undefined> {
    const probed = await this.deps.probe(userId, contextToken || undefined);
    if (probed.found === 'refused' || probed.found === 'unreachable') return troubleIn(probed.error);
    this.trouble = undefined;
    return undefined;
  }

  /** A try that is refused lengthens a penalty, and a probe does not. */
  private async probeBeforeRetry(known: Conversation): Promise<WaitReason | undefined> {
    const { probe, conversations } = this.deps;
    const probed = await probe(known.userId, known.contextToken);
    if (probed.found === 'closed') {
      await conversations.noteClosed(known.userId, known);
      return 'window_over';
    }
    if (probed.found !== 'refused' && probed.found !== 'unreachable') return undefined;
    return this.pause(known.userId, probed.error);
  }

  /**
   * Sends the first of these, and what goes out together with it.
   *
   * @returns why to stop, else those that are left; none when they have to be read anew
   */
  private async sendNext(
    store: Store,
    rows: QueuedMessage[],
  ): Promise<{ reason: WaitReason } | { reason?: undefined; left: QueuedMessage[] }> {
    const { clock, newClientId, sender, status, bot, pollState } = this.deps;
    const { batch, item } = nextBatch(rows, clock.now());
    const left = rows.slice(batch.length);
    const { userId: to, clientId, quota, windowMs } = batch[0]!;
    const client_id = clientId ?? newClientId();
    const ids = batch.map(({ id }) => id);
    const { lease } = pollState;
    const fence = lease === undefined ? undefined : { connection: bot, lease };
    // Another process may have taken one of them, or somebody may have cancelled it, or another one polls by now.
    const isFree = clientId !== null || (await store.outbox.assignClientId(ids, client_id, fence));
    if (!isFree) return (await this.allWait(store, to, ids)) ? { reason: reasonOf(batch[0]!) } : { left: [] };
    const message = { to, item, client_id, mayHaveArrived: clientId !== null };
    const tried = await sender.send(message, { quota, windowMs });
    if (isTaken(tried)) {
      await status.sent(store, batch, { state: 'queued_sent', taken: tried });
      return { left };
    }
    if (tried.outcome !== 'deferred') {
      const reason = await this.failed(store, batch, { ...tried, client_id });
      return reason ? { reason } : { left };
    }
    // What certainly did not arrive goes out under a new id: the server might remember the refused one.
    if (!tried.client_id) await store.outbox.clearClientId(client_id);
    if (tried.reason === 'throttled') await this.waitReason(batch[0]!);
    return { reason: tried.reason };
  }

  private async failed(
    store: Store,
    batch: QueuedMessage[],
    { outcome, error, client_id }: OutcomeOf<'refused' | 'in_doubt'> & { client_id: string },
  ): Promise<WaitReason | undefined> {
    const mayHaveArrived = outcome === 'in_doubt';
    if (error instanceof ILinkError && OF_THE_MESSAGE.has(error.kind)) {
      await this.deps.status.refused(store, batch, { state: 'queued_refused', error, mayHaveArrived });
      return undefined;
    }
    this.deps.report({ code: 'outbox_waits_on' }, error);
    if (!mayHaveArrived) await store.outbox.clearClientId(client_id);
    return this.pause(batch[0]!.userId, error);
  }

  /** Not before long. @returns what it waits for */
  private pause(userId: string, error: unknown): WaitReason {
    const isLong = error instanceof ILinkError && error.repeat === 'later';
    const pauseMs = Math.max(isLong ? LONG_RETRY_MS : RETRY_MS, retryAfterOf(error));
    const at = this.deps.clock.now() + pauseMs;
    const reason = troubleIn(error);
    this.notBefore.set(userId, { at, reason });
    this.againAt(userId, at);
    return reason;
  }

  /** The poll loop looks once in half a minute, which is too rarely for a throttle that has passed. */
  private againAt(userId: string, at: number): void {
    const { clock } = this.deps;
    this.alarms.get(userId)?.();
    const again = (): void => {
      this.alarms.delete(userId);
      void this.flushUsers([userId]);
    };
    this.alarms.set(userId, clock.after(Math.max(0, at - clock.now()) + 1, again, true));
  }

  /** Nothing waits any more. */
  private emptied(userId: string): undefined {
    this.notBefore.delete(userId);
    this.alarms.get(userId)?.();
    this.alarms.delete(userId);
  }
}

/** Why it waited until now, for who cannot change that. */
function reasonOf({ reason }: QueuedMessage): WaitReason {
  return (reason as WaitReason) || 'window_over';
}
