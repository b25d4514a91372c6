import type { Clock } from '../../ilink/clock';
import type { Inbox, PendingDelivery, StoredMessage } from '../../store/store';
import type { Copies } from '../copies';
import { Places } from './places';
import type { Report } from '../report';

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
   * How long a message that is under way takes one of these places. Then the others go on, and only what is in order behind it waits
   * for its end. Without it, until its end.
   */
  placeMs?: number;
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
/** So many are put in line at once, which takes about 2 ms: a hundred thousand may wait. */
const ROWS_AT_ONCE = 1_000;

export interface DeliveriesDeps {
  subscriber: string;
  inbox: Pick<Inbox, 'pending' | 'waiting' | 'handedOver' | 'attempted'>;
  clock: Clock;
  report: Report;
  /** Other copies of this package in the process, which may still be giving messages to the same subscriber. */
  copies?: Pick<Copies, 'begin' | 'end' | 'isUnderWay'>;
}

/** A row of messages of which each waits for the one before it. */
interface Lane {
  /** What is not under way, oldest first. */
  queue: PendingDelivery[];
  /** How many are under way. More than one only where another order was set meanwhile. */
  running: number;
  /** Set while its first message is due later. */
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
  private readonly underWay = new Set<PendingDelivery>();
  /** What the lanes are made by. */
  private order: Order = 'parallel';
  private readonly places: Places;
  /** Lanes that could go, but their user has enough under way. */
  private readonly heldBack = new Map<string, string[]>();
  private lastSeq = 0;
  /** What is older than the last one that was read is to be looked at once more. */
  private fromStart = false;
  private cancelLook: () => void = () => undefined;
  private loading: Promise<void> | undefined;
  private loadAgain = false;

  constructor(private readonly deps: DeliveriesDeps) {
    this.places = new Places(deps.clock);
  }

  /** Starts handing over, or goes on after {@link pause}, with what waits already. */
  resume(hand: Hand): void {
    this.hand = hand;
    // Another order makes other lanes.
    this.startOver(hand.order);
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
    this.fromStart = true;
    this.wake();
  }

  /** Nobody may write for hours, so the next message is not waited for. */
  private lookAgain(error: unknown): void {
    this.deps.report({ code: 'inbox_not_read' }, error);
    this.lookLater();
  }

  private lookLater(): void {
    this.cancelLook();
    if (this.hand) this.cancelLook = this.deps.clock.after(LOOK_AGAIN_MS, () => this.wake(), true);
  }

  /** Whether nothing is under way and nobody is served: then it can be thrown away. */
  get idle(): boolean {
    return !this.hand && this.underWay.size === 0;
  }

  private async load(): Promise<void> {
    const { hand } = this;
    if (this.fromStart) this.lastSeq = 0;
    this.fromStart = false;
    const rows = await this.deps.inbox.pending(this.deps.subscriber, this.lastSeq);
    for (let from = 0; from === 0 || from < rows.length; from += ROWS_AT_ONCE) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      // Meanwhile it was switched off, or off and on again: then it starts over from the oldest, and these are not all.
      if (!hand || hand !== this.hand) return;
      const goesOn = this.enqueueAll(rows.slice(from, from + ROWS_AT_ONCE));
      this.pump();
      if (!goesOn) return this.lookLater();
    }
  }

  /** @returns whether those that follow may be put in line, too: they may have to wait for one that is under way elsewhere */
  private enqueueAll(rows: PendingDelivery[]): boolean {
    for (const row of rows) {
      if (this.isUnderWayElsewhere(row)) return false;
      this.lastSeq = row.seq;
      this.enqueue(row);
    }
    return true;
  }

  private isUnderWayElsewhere({ seq }: PendingDelivery): boolean {
    const { copies, subscriber } = this.deps;
    return !this.taken.has(seq) && (copies?.isUnderWay(subscriber, seq) ?? false);
  }

  private enqueue(row: PendingDelivery): void {
    if (this.taken.has(row.seq)) return;
    this.taken.add(row.seq);
    const key = laneOf(this.order, row);
    const lane = this.lane(key);
    putInLine(lane.queue, row);
    if (isReady(lane)) this.ready.add(key);
  }

  private lane(key: string): Lane {
    const lane = this.lanes.get(key) ?? { queue: [], running: 0 };
    this.lanes.set(key, lane);
    return lane;
  }

  private pump(): void {
    for (const key of this.ready) {
      if (!this.hand || this.places.isFull(this.hand.limit)) return;
      this.ready.delete(key);
      const lane = this.lanes.get(key);
      if (!lane || !isReady(lane)) continue;
      const row = lane.queue[0]!;
      if (this.holdBack(key, row.userId, this.hand.limit)) continue;
      // Never longer than the delay that is set now: the clock may have been put back since.
      const waitMs = Math.min(row.nextAt - this.deps.clock.now(), this.hand.retryDelayMs);
      if (waitMs > 0) this.wait(key, lane, waitMs);
      else void this.run(lane, this.hand);
    }
  }

  private holdBack(key: string, userId: string, limit: number): boolean {
    if (!this.places.hasEnough(userId, limit)) return false;
    const held = this.heldBack.get(userId) ?? [];
    held.push(key);
    this.heldBack.set(userId, held);
    return true;
  }

  /** A place of this user is free: for what was held back of them, or for somebody else. */
  private freed(userId: string): void {
    const held = this.heldBack.get(userId);
    const next = held?.shift();
    if (held?.length === 0) this.heldBack.delete(userId);
    if (next !== undefined) this.ready.add(next);
    this.pump();
  }

  private wait(key: string, lane: Lane, waitMs: number): void {
    const due = (): void => {
      delete lane.cancelWait;
      lane.queue[0]!.nextAt = 0;
      this.release(key);
    };
    lane.cancelWait = this.deps.clock.after(waitMs, due, true);
  }

  private async run(lane: Lane, hand: Hand): Promise<void> {
    const row = lane.queue.shift()!;
    lane.running++;
    this.underWay.add(row);
    const free = this.places.take(row.userId, hand.placeMs, () => this.freed(row.userId));
    const { copies, subscriber } = this.deps;
    copies?.begin(subscriber, row.seq);
    const result = await this.attempt(row, hand);
    const later = isLater(result);
    if (later) row.nextAt = this.deps.clock.now() + hand.retryDelayMs;
    await this.settle(row, result);
    copies?.end(subscriber, row.seq);
    this.underWay.delete(row);
    free();
    this.ended(row, later);
  }

  /** On with the lane of a message that was under way, which may be another one by now. */
  private ended(row: PendingDelivery, later: boolean): void {
    const key = laneOf(this.order, row);
    const lane = this.lane(key);
    lane.running--;
    if (later) putInLine(lane.queue, row);
    else this.taken.delete(row.seq);
    this.release(key);
  }

  private async attempt(row: PendingDelivery, hand: Hand): Promise<HandResult | 'notHere'> {
    try {
      const { inbox, subscriber } = this.deps;
      const message = await inbox.waiting(subscriber, row.seq);
      if (!message) return 'notHere';
      if (hand.countsStarts) await inbox.attempted(subscriber, row.seq, row.attempts + 1, 0);
      return await hand.give(message, row.attempts);
    } catch (error) {
      this.deps.report({ code: 'delivery_failed' }, error);
      return 'refused';
    }
  }

  /** When this cannot be written, the message is handed over once more after a restart: better twice than never. */
  private async settle(row: PendingDelivery, result: HandResult | 'notHere'): Promise<void> {
    const { inbox, subscriber, report } = this.deps;
    // It was pruned, or waits for the subscriber to come with another token.
    if (result === 'notHere') return;
    try {
      if (result === 'again') row.attempts++;
      if (isLater(result)) {
        await inbox.attempted(subscriber, row.seq, row.attempts, row.nextAt);
      } else {
        await inbox.handedOver(subscriber, row.seq);
      }
    } catch (error) {
      report({ code: 'delivery_not_noted' }, error);
    }
  }

  /** The lane's first message may be given out: on with it. */
  private release(key: string): void {
    const lane = this.lanes.get(key);
    if (lane && isReady(lane)) this.ready.add(key);
    else if (lane && lane.queue.length === 0 && lane.running === 0) this.lanes.delete(key);
    this.pump();
  }

  /**
   * Throws the lanes away and makes those of `order`. What is under way keeps its lane occupied, so that the next message waits for
   * it, and is not taken again before it has ended.
   */
  private startOver(order: Order): void {
    for (const { cancelWait } of this.lanes.values()) cancelWait?.();
    this.taken.clear();
    this.lanes.clear();
    this.ready.clear();
    this.heldBack.clear();
    this.lastSeq = 0;
    this.order = order;
    for (const row of this.underWay) {
      this.taken.add(row.seq);
      this.lane(laneOf(order, row)).running++;
    }
  }
}

/** Nearly always at the end: it is older than what is there only after it failed, or when more was opened from before. */
function putInLine(queue: PendingDelivery[], row: PendingDelivery): void {
  const isNewest = queue.length === 0 || queue.at(-1)!.seq < row.seq;
  const at = isNewest ? queue.length : queue.findIndex(({ seq }) => seq > row.seq);
  queue.splice(at, 0, row);
}

/** Whether the first message of a lane may go now. */
function isReady({ queue, running, cancelWait }: Lane): boolean {
  return queue.length > 0 && running === 0 && cancelWait === undefined;
}

function isLater(result: HandResult | 'notHere'): boolean {
  return result === 'again' || result === 'refused';
}

function laneOf(order: Order, { seq, userId }: PendingDelivery): string {
  if (order === 'parallel') return `#${seq}`;
  return order === 'perUser' ? `@${userId}` : 'all';
}
