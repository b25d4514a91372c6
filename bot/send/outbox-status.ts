import type { Clock } from '../../ilink/clock';
import type { StatusEvent, QueueDraft, QueuedMessage } from '../../store/outbox';
import type { Store } from '../../store/store';
import { outcomeBy, type QueuedOutcomes } from './queued-outcomes';
import { statusEventOf, type OutboxEvent } from './status-events';
import type { WaitReason } from './wait-reasons';
import type { Report } from '../report';

export interface OutboxStatusDeps {
  /** Whose messages wait. */
  bot: string;
  clock: Clock;
  outcomes: Pick<QueuedOutcomes, 'note'>;
  /** Whether this process polls for the bot: then it is the one that sends what waits. */
  isLeader: () => boolean;
  /** Something may be there for the triggers. */
  notifyTriggers: () => void;
  report: Report;
}

/** What expires in one transaction, which takes a few milliseconds. */
const SETTLED_AT_ONCE = 200;

/** Takes messages out of the queue of one bot, always with word of what became of them, and says what the others wait for. */
export class OutboxStatus {
  constructor(private readonly deps: OutboxStatusDeps) {}

  /** The server took them. @throws when the store fails */
  sent(
    store: Store,
    about: QueuedMessage[],
    event: Extract<OutboxEvent, { state: 'queued_sent' }>,
  ): Promise<void> {
    return this.settle(about, event, unqueueFrom(store));
  }

  /** They would be refused at any time. @throws when the store fails */
  refused(
    store: Store,
    about: QueuedMessage[],
    event: Extract<OutboxEvent, { state: 'queued_refused' }>,
  ): Promise<void> {
    return this.settle(about, event, unqueueFrom(store));
  }

  /** What waits says why, and the triggers hear of it when that changes. @throws when the store fails */
  async noteReason(
    store: Store,
    { userId }: Pick<QueuedMessage, 'userId'>,
    reason: WaitReason,
  ): Promise<void> {
    const { bot, clock, notifyTriggers } = this.deps;
    const rows = await store.outbox.list(bot, userId);
    if (rows.every((row) => row.reason === reason)) return;
    const about = rows.map((row) => ({ ...row, reason }));
    const at = clock.now();
    const body = JSON.stringify(statusEventOf(about, { state: 'queued', reason }, at));
    // What was queued by an earlier version has no reason, and that is no news.
    const notice = rows.some((row) => row.reason !== '') ? { userId, at, body } : undefined;
    if (await store.outbox.setReason(bot, userId, reason, notice)) notifyTriggers();
  }

  /** Takes out what is too old. @throws when the store fails */
  async expire(store: Store, userId: string): Promise<void> {
    const { bot, clock, isLeader } = this.deps;
    const now = clock.now();
    const old = (await store.outbox.list(bot, userId)).filter(({ expiresAt }) => expiresAt <= now);
    const waiting = old.filter(({ clientId }) => clientId === null);
    // Messages and word of them go in one transaction, which must not be long.
    for (let at = 0; at < waiting.length; at += SETTLED_AT_ONCE) {
      const some = waiting.slice(at, at + SETTLED_AT_ONCE);
      await this.settle(some, { state: 'queued_expired', mayHaveArrived: false }, withdrawFrom(store));
    }
    // The answer to these got lost. Of this user nothing is on its way now, but in the process that sends it may be.
    const doubtful = old.filter(({ clientId }) => clientId !== null);
    if (doubtful.length > 0 && isLeader())
      await this.settle(doubtful, { state: 'queued_expired', mayHaveArrived: true }, unqueueFrom(store));
  }

  /** Takes messages out and leaves word of it, for the triggers and in the log, where there may be no trigger. */
  private async settle(about: QueuedMessage[], event: OutboxEvent, takeOut: TakeOut): Promise<void> {
    const { bot, clock, notifyTriggers } = this.deps;
    const at = clock.now();
    const body = JSON.stringify(statusEventOf(about, event, at));
    const gone = await takeOut(bot, idsOf(about), { userId: about[0]!.userId, at, body });
    if (gone.length === 0) return;
    await this.noteOutcome(gone, event);
    this.tell(event, gone.length);
    notifyTriggers();
  }

  /** What was not sent is in the log, too. */
  private tell(event: OutboxEvent, messages: number): void {
    if (!('mayHaveArrived' in event)) return;
    const { state, mayHaveArrived } = event;
    const code = state === 'queued_refused' ? 'queue_refused' : 'queue_expired';
    const error = state === 'queued_refused' ? event.error : undefined;
    this.deps.report({ code, facts: { messages, mayHaveArrived } }, error);
  }

  /** Nothing but a retry asks for it, so that a failure stops nothing. */
  async noteOutcome(ids: readonly number[], event: OutboxEvent | undefined): Promise<void> {
    const fate = outcomeBy(event);
    if (!fate) return;
    const noted = this.deps.outcomes.note(ids, fate);
    await noted.catch((error: unknown) => this.deps.report({ code: 'outcomes_not_noted' }, error));
  }

  /** Word of messages that are about to be queued. */
  eventOfQueued(rows: QueueDraft[]): StatusEvent {
    const at = this.deps.clock.now();
    const { userId, reason = 'window_over' } = rows[0]!;
    const about = rows.map((row) => ({ ...row, reason, id: 0, clientId: null }));
    const { queued: _notYet, ...notice } = statusEventOf(
      about,
      { state: 'queued', reason: reason as WaitReason },
      at,
    );
    return { userId, at, body: JSON.stringify(notice) };
  }
}

type TakeOut = (bot: string, ids: number[], notice: StatusEvent) => Promise<number[]>;
const unqueueFrom =
  ({ outbox }: Store): TakeOut =>
  (...what) =>
    outbox.remove(...what);
const withdrawFrom =
  ({ outbox }: Store): TakeOut =>
  (...what) =>
    outbox.removeWaiting(...what);

function idsOf(messages: readonly QueuedMessage[]): number[] {
  return messages.map(({ id }) => id);
}
