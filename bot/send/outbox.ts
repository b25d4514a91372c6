import type { Clock } from '../../ilink/clock';
import type { Kind } from '../../ilink/verdict';
import { ILinkError, retryAfterOf } from '../../ilink/errors';
import type { QueueDraft, QueuedMessage } from '../../store/outbox';
import type { Conversation, Store } from '../../store/store';
import type { Conversations } from './conversations';
import type { KeyedQueue } from '../keyed-queue';
import { QueueFull } from './failures';
import { isTaken, type Attempt, type MessageSender } from './message-sender';
import { nextShipment } from './batches';
import { QueuedOutcomes, type Fate } from './queued-outcomes';
import { OutboxStatus } from './outbox-status';
import { StoreTrouble } from '../store-trouble';
import type { Probed } from './probe';
import type { WaitReason } from './wait-reasons';
import type { Report } from '../report';

export interface BotOutboxDeps {
  store: () => Promise<Store | undefined>;
  /** Whose messages wait. */
  bot: string;
  sender: Pick<MessageSender, 'send'>;
  conversations: Pick<Conversations, 'get' | 'reasonBy' | 'noteClosed'>;
  /** Looks where a conversation stands, at no cost. */
  probe: (userId: string, contextToken?: string) => Promise<Probed>;
  /** Everything that goes out to one user goes one after another. */
  byUser: KeyedQueue;
  clock: Clock;
  newClientId: () => string;
  /** How many messages of the bot may wait. */
  maxQueued: () => Promise<number>;
  /** Whether this process polls for the bot: then it is the one that sends what waits, or two would send it. */
  isLeader: () => boolean;
  /** Something may be there for the triggers. */
  notifyTriggers: () => void;
  report: Report;
}

/** A flush that failed for a reason that passes is tried again after this. */
const RETRY_MS = 60_000;
/** When WeChat asks for a pause, or wants a login. */
const LONG_RETRY_MS = 300_000;
/** What is wrong with a message itself, so that it would be refused at any time. Everything else passes, or is mended. */
const OF_THE_MESSAGE: ReadonlySet<Kind> = new Set(['bad_request', 'wrong_recipient', 'unknown_code']);

/** A person has to log in again, or mend the address. */
const OF_THE_TOKEN: ReadonlySet<Kind> = new Set(['login_needed', 'access_denied']);

/**
 * The messages of one bot that wait until their users write again. A message leaves it only with word of what became of it,
 * and nothing that goes wrong on the way takes one out.
 */
export class BotOutbox {
  /** Why nothing can go out to anybody, as far as somebody has found out. */
  private trouble: WaitReason | undefined;
  /** Users for whom it is not tried before this time (milliseconds since 1970), and why. */
  private readonly notBefore = new Map<string, { at: number; reason: WaitReason }>();
  /** Ends the wait for the next try. */
  private readonly alarms = new Map<string, () => void>();
  private readonly outcomes: QueuedOutcomes;
  private readonly status: OutboxStatus;

  constructor(private readonly deps: BotOutboxDeps) {
    this.outcomes = new QueuedOutcomes(deps);
    this.status = new OutboxStatus({ ...deps, outcomes: this.outcomes });
  }

  /** What became of messages that were queued; nothing of one that waits. @throws when the store fails */
  outcomesOf(userId: string, ids: readonly number[]): Promise<Map<number, Fate>> {
    return this.outcomes.find(userId, ids);
  }

  /** @returns the ids of the messages. @throws StoreTrouble or QueueFull when they cannot be kept; then none of them is */
  async add(drafts: Array<Omit<QueueDraft, 'bot'>>): Promise<number[]> {
    const { most, ids } = await this.keep(drafts);
    if (!ids) throw new QueueFull(most);
    // The user may have written since the conversation was found closed.
    void this.flushUsers(drafts.map(({ userId }) => userId));
    return ids;
  }

  /** What waits for a user, or for everybody, oldest first. @throws when the store fails */
  async list(userId?: string): Promise<QueuedMessage[]> {
    return (await (await this.deps.store())?.outbox.list(this.deps.bot, userId)) ?? [];
  }

  /**
   * Takes messages out that are not on their way.
   *
   * @returns those that are out now. @throws when the store fails
   */
  async cancel(userId: string, ids?: readonly number[]): Promise<QueuedMessage[]> {
    return this.deps.byUser.run(userId, async () => {
      const waiting = await this.list(userId);
      const wanted = waiting.filter(({ id }) => !ids || ids.includes(id));
      const store = await this.deps.store();
      const gone =
        (await store?.outbox.removeWaiting(
          this.deps.bot,
          wanted.map(({ id }) => id),
        )) ?? [];
      await this.status.noteOutcome(gone, undefined);
      return wanted.filter(({ id }) => gone.includes(id));
    });
  }

  /** These users have written. Sends what waits for them; returns at once. */
  usersWrote(userIds: readonly string[]): void {
    userIds.forEach((userId) => this.notBefore.delete(userId));
    void this.flushUsers(userIds);
  }

  /**
   * Somebody has found out that nothing can go out now, whatever the conversations allow, or that the server answers again. What
   * waits says so from now on. Returns at once.
   */
  noteTrouble(trouble: WaitReason | undefined): void {
    if (this.trouble === trouble) return;
    this.trouble = trouble;
    void (trouble ? this.noteWaitReason(trouble) : this.flushAll());
  }

  /** Sends what waits for everybody whose conversation is open. Never rejects. */
  async flushAll(): Promise<void> {
    const { deps } = this;
    try {
      const store = await deps.store();
      await this.flushUsers((await store?.outbox.users(deps.bot)) ?? []);
    } catch (error) {
      deps.report({ code: 'queue_not_sent' }, error);
    }
  }

  /**
   * Sends what waits for one user, in order, as far as the conversation allows. To be called when it is the user's turn.
   *
   * @returns why something still waits; nothing when nothing does. @throws when the store fails
   */
  async flush(userId: string): Promise<WaitReason | undefined> {
    const store = await this.deps.store();
    if (!store) return undefined;
    await this.status.expire(store, userId);
    for (let rows: QueuedMessage[] = []; ;) {
      // Read once for all that waits. What may have arrived already is looked at again.
      if (!rows[0] || rows[0].clientId !== null) rows = await store.outbox.list(this.deps.bot, userId);
      const [first] = rows;
      if (!first) return this.emptied(userId);
      const reason = await this.waitReason(first);
      const next = reason ? { reason } : await this.sendNext(store, rows);
      if (next.reason === undefined) {
        rows = next.left;
        continue;
      }
      if (this.deps.isLeader()) await this.status.noteReason(store, first, next.reason);
      return next.reason;
    }
  }

  /** Ends all waits. */
  close(): void {
    for (const cancel of this.alarms.values()) cancel();
    this.alarms.clear();
  }

  /** Why the next message is not tried now. */
  private async waitReason(first: QueuedMessage): Promise<WaitReason | undefined> {
    const { isLeader, clock, conversations } = this.deps;
    const { userId, quota, windowMs } = first;
    const pause = this.notBefore.get(userId);
    if (pause && pause.at > clock.now()) return pause.reason;
    const known = await conversations.get(userId);
    const trouble = this.trouble && (await this.stillThere(userId, known?.contextToken));
    if (trouble) return trouble;
    const reason = known ? conversations.reasonBy(known, { quota, windowMs }) : 'first_message';
    if (reason === 'throttled') this.againAt(userId, known!.throttledUntil);
    if (reason) return reason;
    if (!isLeader()) return (first.reason as WaitReason) || 'window_over';
    return known!.throttles > 0 ? this.probeBeforeRetry(known!) : undefined;
  }

  /** What was found out may be over. @returns why nothing can go out */
  private async stillThere(userId: string, contextToken?: string): Promise<WaitReason | undefined> {
    const probed = await this.deps.probe(userId, contextToken || undefined);
    if (probed.found === 'refused' || probed.found === 'unreachable') return troubleIn(probed.error);
    this.trouble = undefined;
    return undefined;
  }

  /** Never rejects. */
  private async noteWaitReason(trouble: WaitReason): Promise<void> {
    const { bot, byUser, report } = this.deps;
    try {
      const store = await this.deps.store();
      const users = (await store?.outbox.users(bot)) ?? [];
      const tell = (userId: string): Promise<void> =>
        byUser.run(userId, async () => this.status.noteReason(store!, { userId }, trouble));
      await Promise.all(users.map(tell));
    } catch (error) {
      report({ code: 'wait_reason_not_noted' }, error);
    }
  }

  /** A try that is refused lengthens a penalty, and a look does not. */
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
    const { deps } = this;
    const to = rows[0]!.userId;
    const { ids, item, client_id: known } = nextShipment(rows, deps.clock.now());
    const client_id = known ?? deps.newClientId();
    // Another process may have taken one of them, or somebody may have cancelled it.
    if (!known && !(await store.outbox.assignClientId(ids, client_id))) return { left: [] };
    const message = { to, item, client_id, mayHaveArrived: known !== undefined };
    const [about, left] = [rows.slice(0, ids.length), rows.slice(ids.length)];
    const { quota, windowMs } = about[0]!;
    const attempt = await deps.sender.send(message, { quota, windowMs });
    if (isTaken(attempt)) {
      await this.status.sent(store, about, { state: 'queued_sent', attempt });
      return { left };
    }
    if (attempt.outcome === 'failed') {
      const reason = await this.failed(store, about, attempt);
      return reason ? { reason } : { left };
    }
    // What certainly did not arrive goes out under a new id: the server might remember the refused one.
    if (!attempt.client_id) await store.outbox.clearClientId(client_id);
    if (attempt.reason === 'throttled') await this.waitReason(about[0]!);
    return { reason: attempt.reason };
  }

  private async failed(
    store: Store,
    about: QueuedMessage[],
    { error, client_id, mayHaveArrived }: Extract<Attempt, { outcome: 'failed' }>,
  ): Promise<WaitReason | undefined> {
    if (error instanceof ILinkError && OF_THE_MESSAGE.has(error.kind)) {
      await this.status.refused(store, about, { state: 'queued_refused', error, mayHaveArrived });
      return undefined;
    }
    this.deps.report({ code: 'queue_waits_on' }, error);
    if (!mayHaveArrived) await store.outbox.clearClientId(client_id);
    return this.pause(about[0]!.userId, error);
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

  private async keep(drafts: Array<Omit<QueueDraft, 'bot'>>): Promise<{ most: number; ids?: number[] }> {
    const { bot } = this.deps;
    try {
      const store = await this.deps.store();
      if (!store) throw new Error('no store');
      const most = await this.deps.maxQueued();
      const rows = drafts.map((draft) => ({ ...draft, bot }));
      const ids = await store.outbox.add(rows, most, this.status.eventOfQueued(rows));
      this.deps.notifyTriggers();
      return { most, ...(ids && { ids }) };
    } catch (error) {
      throw new StoreTrouble(error);
    }
  }

  /** Never rejects. */
  private async flushUsers(userIds: readonly string[]): Promise<void> {
    const flush = (userId: string): Promise<void> =>
      this.deps.byUser
        .run(userId, () => this.flush(userId))
        .then(
          () => undefined,
          (error: unknown) => this.deps.report({ code: 'queue_not_sent' }, error),
        );
    await Promise.all([...new Set(userIds)].map(flush));
  }

  /** Nothing waits any more. */
  private emptied(userId: string): undefined {
    this.notBefore.delete(userId);
    this.alarms.get(userId)?.();
    this.alarms.delete(userId);
  }
}

/** What waits, waits for this to be mended. */
export function troubleIn(error: unknown): WaitReason {
  return error instanceof ILinkError && OF_THE_TOKEN.has(error.kind) ? 'token_refused' : 'server_unreachable';
}
