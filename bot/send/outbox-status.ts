import type { Clock } from '../../ilink/clock';
import type { StatusEvent, Store } from '../../store/store';
import type { QueuedMessage } from './message';
import type { PollState, StatusEvents } from './ports';
import type { QueuedOutcomes } from './queued-outcomes';
import { statusEventOf, type OutboxEvent } from './status-events';
import type { WaitReason } from './wait-reasons';
import type { Report } from '../report';

export interface OutboxStatusDeps {
  /** Whose messages wait. */
  bot: string;
  clock: Clock;
  outcomes: Pick<QueuedOutcomes, 'note'>;
  pollState: PollState;
  statusEvents: StatusEvents;
  report: Report;
}

/** What expires in one transaction, which takes a few milliseconds. */
const EXPIRED_AT_ONCE = 200;

/** Takes messages out of the queue of one bot, always with a status event that says what became of them, and says what the others wait for. */
export class OutboxStatus {
  constructor(private readonly deps: OutboxStatusDeps) {}

  /** The server took them. @throws when the store fails */
  sent(
    store: Store,
    about: QueuedMessage[],
    event: Extract<OutboxEvent, { state: 'queued_sent' }>,
  ): Promise<void> {
    return this.takeOut(about, event, removeFrom(store));
  }

  /** They would be refused at any time. @throws when the store fails */
  refused(
    store: Store,
    about: QueuedMessage[],
    event: Extract<OutboxEvent, { state: 'queued_refused' }>,
  ): Promise<void> {
    return this.takeOut(about, event, removeFrom(store));
  }

  /** What waits says why, and the triggers hear of it when that changes. @throws when the store fails */
  async noteReason(
    store: Store,
    { userId }: Pick<QueuedMessage, 'userId'>,
    reason: WaitReason,
  ): Promise<void> {
    const { bot, clock, statusEvents } = this.deps;
    const rows = await store.outbox.list(bot, userId);
    if (rows.every((row) => row.reason === reason)) return;
    const about = rows.map((row) => ({ ...row, reason }));
    const at = clock.now();
    const body = JSON.stringify(statusEventOf(about, { state: 'queued', reason }, at));
    // What was queued by an earlier version has no reason, and that is no news.
    const statusEvent = rows.some((row) => row.reason !== '') ? { userId, at, body } : undefined;
    if (await store.outbox.setReason(bot, userId, reason, statusEvent)) statusEvents.notifyListeners();
  }

  /** Somebody cancelled them. @returns those that were not on their way, and are out now. @throws when the store fails */
  async cancelled(store: Store, wanted: QueuedMessage[]): Promise<QueuedMessage[]> {
    const gone = new Set(await store.outbox.removeWaiting(this.deps.bot, idsOf(wanted)));
    await this.noteOutcome([...gone], undefined);
    return wanted.filter(({ id }) => gone.has(id));
  }

  /** Takes out what is too old. @throws when the store fails */
  async expire(store: Store, userId: string): Promise<void> {
    const { bot, clock, pollState } = this.deps;
    const now = clock.now();
    const old = (await store.outbox.list(bot, userId)).filter(({ expiresAt }) => expiresAt <= now);
    const waiting = old.filter(({ clientId }) => clientId === null);
    // Messages and their status event go in one transaction, which must not be long.
    for (let at = 0; at < waiting.length; at += EXPIRED_AT_ONCE) {
      const some = waiting.slice(at, at + EXPIRED_AT_ONCE);
      await this.takeOut(some, { state: 'queued_expired', mayHaveArrived: false }, removeWaitingFrom(store));
    }
    // The answer to these got lost. Of this user nothing is on its way now, but in the process that sends it may be.
    const doubtful = old.filter(({ clientId }) => clientId !== null);
    if (doubtful.length > 0 && pollState.isLeader)
      await this.takeOut(doubtful, { state: 'queued_expired', mayHaveArrived: true }, removeFrom(store));
  }

  /** Takes messages out and says so, to the triggers and in the log, where there may be no trigger. */
  private async takeOut(about: QueuedMessage[], event: OutboxEvent, remove: Remove): Promise<void> {
    const { bot, clock, statusEvents } = this.deps;
    const at = clock.now();
    const body = JSON.stringify(statusEventOf(about, event, at));
    const gone = await remove(bot, idsOf(about), { userId: about[0]!.userId, at, body });
    if (gone.length === 0) return;
    await this.noteOutcome(gone, event);
    this.tell(event, gone.length);
    statusEvents.notifyListeners();
  }

  /** What was not sent is in the log, too. */
  private tell(event: OutboxEvent, messages: number): void {
    if (!('mayHaveArrived' in event)) return;
    const { state, mayHaveArrived } = event;
    const code = state === 'queued_refused' ? 'queued_refused' : 'queued_expired';
    const error = state === 'queued_refused' ? event.error : undefined;
    this.deps.report({ code, facts: { messages, mayHaveArrived } }, error);
  }

  /** Nothing but a retry asks for it, so that a failure stops nothing. */
  private async noteOutcome(ids: readonly number[], event: OutboxEvent | undefined): Promise<void> {
    const noted = this.deps.outcomes.note(ids, event);
    await noted.catch((error: unknown) => this.deps.report({ code: 'outcomes_not_noted' }, error));
  }

  /** The status event of messages that are about to be queued. */
  eventOfQueued(rows: Array<Omit<QueuedMessage, 'id'>>): StatusEvent {
    const at = this.deps.clock.now();
    const { userId } = rows[0]!;
    const reason = rows[0]!.reason || 'window_over';
    const about = rows.map((row) => ({ ...row, reason, id: 0 }));
    const { queued: _notYet, ...event } = statusEventOf(
      about,
      { state: 'queued', reason: reason as WaitReason },
      at,
    );
    return { userId, at, body: JSON.stringify(event) };
  }
}

type Remove = (bot: string, ids: number[], statusEvent: StatusEvent) => Promise<number[]>;
const removeFrom =
  ({ outbox }: Store): Remove =>
  (...what) =>
    outbox.remove(...what);
const removeWaitingFrom =
  ({ outbox }: Store): Remove =>
  (...what) =>
    outbox.removeWaiting(...what);

function idsOf(messages: readonly QueuedMessage[]): number[] {
  return messages.map(({ id }) => id);
}
