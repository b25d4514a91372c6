import type { Clock } from '../ilink/clock';
import type { Inbox, PendingDelivery, StoredMessage } from '../store/store';

/** Which messages may be under way at the same time. */
export type Order = 'parallel' | 'perUser' | 'oneAtATime';

/**
 * `done`: the subscriber has it. `again`: try again later. `refused`: that too, and it was no attempt. `gaveUp`: it was tried
 * often enough.
 */
export type HandResult = 'done' | 'again' | 'refused' | 'gaveUp';

export interface Hand {
  order: Order;
  /** How many may be under way at the same time. */
  limit: number;
  retryDelayMs: number;
  /**
   * Whether an attempt counts as soon as it begins: else a message that kills the process is attempted for ever. It costs one
   * more write.
   */
  countsStarts: boolean;
  /** Gives one message to the subscriber. @param attempt 0 for the first one */
  give(message: StoredMessage, attempt: number): Promise<HandResult>;
}

/** How soon the inbox is looked at again when it could not be read. */
const LOOK_AGAIN_MS = 1_000;

export interface DeliveriesDeps {
  subscriber: string;
  inbox: Pick<Inbox, 'pending' | 'waiting' | 'handedOver' | 'attempted'>;
  clock: Clock;
  report: (what: string, error: unknown) => void;
}

/** A row of messages of which each waits for the one before it. */
interface Lane {
  queue: PendingDelivery[];
  /** `waiting`: its first message is due later. `running`: it is under way. */
  state: 'ready' | 'waiting' | 'running';
  cancelWait?: () => void;
}

/**
 * Hands what is kept for one subscriber over to it, oldest first: also what was received before a restart. Lives as long as
 * something is under way, so that a workflow that is switched off and on again does not get a message twice.
 */
export class Deliveries {
  private hand: Hand | undefined;
  private readonly lanes = new Map<string, Lane>();
  /** Lanes whose first message may go, in the order in which they became ready. */
  private readonly ready = new Set<string>();
  /** Everything in a lane or under way, so that nothing is taken twice. */
  private readonly taken = new Set<number>();
  private underWay = 0;
  /** How many messages of a user are under way. */
  private readonly ofUser = new Map<string, number>();
  /** Lanes that could go, but their user has enough under way. */
  private readonly heldBack = new Map<string, string[]>();
  private lastSeq = 0;
  private cancelLook: () => void = () => undefined;
  private loading: Promise<void> | undefined;
  private loadAgain = false;

  constructor(private readonly deps: DeliveriesDeps) {}

  /** Starts handing over, or goes on after {@link pause}, with what waits already. */
  resume(hand: Hand): void {
    this.hand = hand;
    // Another order makes other lanes.
    this.startOver();
    this.wake();
  }

  /**
   * Starts nothing new for `hand`. What is under way is still acknowledged when it is done.
   *
   * @returns whether it was served; not when another one has resumed since, which goes on then
   */
  pause(hand: Hand): boolean {
    if (this.hand !== hand) return false;
    this.hand = undefined;
    this.cancelLook();
    return true;
  }

  /** Looks for new messages. */
  wake(): void {
    if (!this.hand) return;
    if (this.loading) {
      this.loadAgain = true;
      return;
    }
    this.loading = this.load()
      .catch((error) => this.lookAgain(error))
      .finally(() => {
        this.loading = undefined;
        if (this.loadAgain) {
          this.loadAgain = false;
          this.wake();
        }
      });
  }

  /** Looks for messages from the oldest on. What is under way or in line already is not taken twice. */
  lookFromStart(): void {
    this.lastSeq = 0;
    this.wake();
  }

  /** Nobody may write for hours, so the next message is not waited for. */
  private lookAgain(error: unknown): void {
    this.deps.report('The inbox could not be read', error);
    this.cancelLook();
    if (this.hand) this.cancelLook = this.deps.clock.after(LOOK_AGAIN_MS, () => this.wake(), true);
  }

  /** Whether nothing is under way and nobody is served: then it can be thrown away. */
  get idle(): boolean {
    return !this.hand && this.underWay === 0;
  }

  private async load(): Promise<void> {
    const { hand } = this;
    const rows = await this.deps.inbox.pending(this.deps.subscriber, this.lastSeq);
    // Meanwhile it was switched off, or off and on again: then it starts over from the oldest, and these are not all.
    if (!hand || hand !== this.hand) return;
    for (const row of rows) {
      this.lastSeq = row.seq;
      this.enqueue(laneOf(hand.order, row), row);
    }
    this.pump();
  }

  private enqueue(key: string, row: PendingDelivery): void {
    if (this.taken.has(row.seq)) return;
    this.taken.add(row.seq);
    const lane = this.lanes.get(key) ?? { queue: [], state: 'ready' };
    this.lanes.set(key, lane);
    lane.queue.push(row);
    if (lane.state === 'ready') this.ready.add(key);
  }

  private pump(): void {
    for (const key of this.ready) {
      if (!this.hand || this.underWay >= this.hand.limit) return;
      this.ready.delete(key);
      const lane = this.lanes.get(key)!;
      if (this.holdBack(key, lane.queue[0]!.userId, this.hand.limit)) continue;
      // Never longer than the delay that is set now: the clock may have been put back since.
      const waitMs = Math.min(lane.queue[0]!.nextAt - this.deps.clock.now(), this.hand.retryDelayMs);
      if (waitMs > 0) this.wait(key, lane, waitMs);
      else void this.run(key, lane, this.hand);
    }
  }

  /** One user may take half of the places at the most: a slow conversation must not hold up everybody else. */
  private holdBack(key: string, userId: string, limit: number): boolean {
    if ((this.ofUser.get(userId) ?? 0) < Math.max(1, Math.floor(limit / 2))) return false;
    const held = this.heldBack.get(userId) ?? [];
    held.push(key);
    this.heldBack.set(userId, held);
    return true;
  }

  private count(userId: string, change: 1 | -1): void {
    const now = (this.ofUser.get(userId) ?? 0) + change;
    if (now > 0) this.ofUser.set(userId, now);
    else this.ofUser.delete(userId);
    const held = change < 0 ? this.heldBack.get(userId) : undefined;
    const next = held?.shift();
    if (held?.length === 0) this.heldBack.delete(userId);
    if (next !== undefined && this.lanes.get(next)?.state === 'ready') this.ready.add(next);
  }

  private wait(key: string, lane: Lane, waitMs: number): void {
    lane.state = 'waiting';
    const due = (): void => {
      lane.queue[0]!.nextAt = 0;
      this.release(key, lane);
    };
    lane.cancelWait = this.deps.clock.after(waitMs, due, true);
  }

  private async run(key: string, lane: Lane, hand: Hand): Promise<void> {
    const row = lane.queue[0]!;
    lane.state = 'running';
    this.underWay++;
    this.count(row.userId, 1);
    const result = await this.attempt(row, hand);
    const later = isLater(result);
    if (later) row.nextAt = this.deps.clock.now() + hand.retryDelayMs;
    await this.settle(row, result);
    this.underWay--;
    this.count(row.userId, -1);
    const orphaned = this.lanes.get(key) !== lane;
    if (!later) {
      lane.queue.shift();
      this.taken.delete(row.seq);
    }
    this.release(key, lane);
    if (orphaned && later) this.readmit(row);
  }

  private async attempt(row: PendingDelivery, hand: Hand): Promise<HandResult> {
    try {
      const { inbox, subscriber } = this.deps;
      const message = await inbox.waiting(subscriber, row.seq);
      if (!message) return 'done';
      if (hand.countsStarts) await inbox.attempted(subscriber, row.seq, row.attempts + 1, 0);
      return await hand.give(message, row.attempts);
    } catch (error) {
      this.deps.report('A message could not be handed over', error);
      return 'refused';
    }
  }

  /** When this cannot be written, the message is handed over once more after a restart: better twice than never. */
  private async settle(row: PendingDelivery, result: HandResult): Promise<void> {
    const { inbox, subscriber, report } = this.deps;
    try {
      if (result === 'again') row.attempts++;
      if (isLater(result)) {
        await inbox.attempted(subscriber, row.seq, row.attempts, row.nextAt);
      } else {
        await inbox.handedOver(subscriber, row.seq);
      }
    } catch (error) {
      report('That a message was handed over could not be noted', error);
    }
  }

  /** The lane's first message is no longer under way, or is due now: on with it. */
  private release(key: string, lane: Lane): void {
    if (this.lanes.get(key) === lane) {
      lane.state = 'ready';
      if (lane.queue.length > 0) this.ready.add(key);
      else this.lanes.delete(key);
    }
    this.pump();
  }

  /** Throws the lanes away. What is under way is not taken again before it has ended (see {@link readmit}). */
  private startOver(): void {
    for (const { queue, state, cancelWait } of this.lanes.values()) {
      cancelWait?.();
      for (const { seq } of state === 'running' ? queue.slice(1) : queue) this.taken.delete(seq);
    }
    this.lanes.clear();
    this.ready.clear();
    this.heldBack.clear();
    this.lastSeq = 0;
  }

  /** An attempt failed whose lane is gone: the message has to be found again. */
  private readmit(row: PendingDelivery): void {
    this.taken.delete(row.seq);
    this.lastSeq = Math.min(this.lastSeq, row.seq - 1);
    this.wake();
  }
}

function isLater(result: HandResult): boolean {
  return result === 'again' || result === 'refused';
}

function laneOf(order: Order, { seq, userId }: PendingDelivery): string {
  if (order === 'parallel') return `#${seq}`;
  return order === 'perUser' ? `@${userId}` : 'all';
}
