import type { PendingDelivery } from '../../store/store';
import { Line } from './line';
import { Places, type Place } from './places';
import { Timetable } from './timetable';

/** Which messages may be under way at the same time. */
export type Order = 'parallel' | 'perUser' | 'oneAtATime';

/** A message that is another process's now is looked at again after this, also where no delay is set for retries. */
const SHORTEST_LIMIT_MS = 1_000;

/** A message in line. */
export interface WaitingDelivery extends PendingDelivery {
  /** What the store says of `nextAt`, where this process waits for something else. */
  storedNextAt?: number;
}

/** How a subscriber takes messages. */
export interface DeliveryTerms {
  order: Order;
  /** How many may be under way at the same time. */
  concurrency: number;
  retryDelayMs: number;
  /**
   * How long a message that is under way takes one of these places. Then the others go on, and only what is in order behind it waits
   * for its end. Without it, until its end.
   */
  placeMs?: number;
}

/** Messages of which each waits for the one before it. */
interface Sequence {
  /** What is not under way, oldest first. */
  rows: Line<WaitingDelivery>;
  /** How many are under way. More than one only where another order was set meanwhile. */
  running: number;
  /**
   * `ready`: its first one may start as soon as there is a place. `waiting`: that is due later. `heldBack`: its user has enough under
   * way. `resting`: it has none, or one is under way.
   */
  state: 'ready' | 'waiting' | 'heldBack' | 'resting';
}

/**
 * What of the messages for one subscriber may start, and when: decides, and does nothing itself. Knows what is under way, so that
 * nothing is started twice and the order holds, also when the terms change in the midst of it.
 */
export class Schedule {
  private terms: DeliveryTerms = { order: 'parallel', concurrency: 0, retryDelayMs: 0 };
  private sequences = new Map<string, Sequence>();
  /** In the order in which they became ready. */
  private ready = new Line<Sequence>();
  private waiting = new Timetable<Sequence>();
  private heldBack = new Map<string, Line<Sequence>>();
  /** The numbers of everything in line or under way, so that nothing is there twice. */
  private readonly known = new Set<number>();
  private readonly underWay = new Map<WaitingDelivery, Place>();
  private readonly places = new Places();
  /** Whose time has come, whatever somebody has done to the clock since. */
  private readonly overdue = new WeakSet<WaitingDelivery>();
  /** Time that never goes back, whatever somebody does to the clock. */
  private time = { latest: -Infinity, ahead: 0 };

  /** How many are under way. */
  get running(): number {
    return this.underWay.size;
  }

  /** Whether it is in line or under way. */
  has(seq: number): boolean {
    return this.known.has(seq);
  }

  /**
   * Forgets what is in line, and goes by these terms from now on. What is under way stays, and what comes in order behind it waits
   * for its end.
   *
   * @param now milliseconds since 1970, here and everywhere
   */
  begin(terms: DeliveryTerms, now: number): void {
    this.terms = terms;
    this.sequences = new Map();
    this.ready = new Line();
    this.waiting = new Timetable();
    this.heldBack = new Map();
    this.known.clear();
    this.places.endBy(this.steady(now) + (terms.placeMs ?? Infinity));
    for (const row of this.underWay.keys()) {
      this.known.add(row.seq);
      this.sequenceOf(row).running++;
    }
  }

  /** Puts a message in line, unless it is there or under way. */
  add(row: WaitingDelivery): void {
    if (this.known.has(row.seq)) return;
    this.known.add(row.seq);
    this.enqueue(row);
  }

  /** @returns those that start now, and so are under way from now on */
  next(now: number): WaitingDelivery[] {
    const time = this.steady(now);
    for (const { userId } of this.places.freeDue(time)) this.freed(userId);
    for (const sequence of this.waiting.takeDue(time)) this.due(sequence);
    const started: WaitingDelivery[] = [];
    while (this.ready.length > 0 && !this.places.isFull(this.terms.concurrency)) {
      const row = this.startFirst(this.ready.shift()!, now, time);
      if (row) started.push(row);
    }
    return started;
  }

  /**
   * @returns after how long {@link next} may have something, if nothing comes and nothing ends meanwhile; nothing when it will not
   */
  nextInMs(now: number): number | undefined {
    const isBlocked = this.ready.length > 0 || this.heldBack.size > 0;
    const freeAt = isBlocked ? (this.places.nextFreeAt ?? Infinity) : Infinity;
    const at = Math.min(freeAt, this.waiting.nextAt ?? Infinity);
    return at === Infinity ? undefined : Math.max(0, at - this.steady(now));
  }

  /**
   * A message is not under way any more.
   *
   * @param again as it is to be tried again; nothing when it is done with
   */
  ended(row: WaitingDelivery, again?: WaitingDelivery): void {
    const place = this.underWay.get(row)!;
    this.underWay.delete(row);
    if (this.places.free(place)) this.freed(row.userId);
    const sequence = this.sequenceOf(row);
    sequence.running--;
    if (again) return this.enqueue(again);
    this.known.delete(row.seq);
    this.release(sequence);
    if (sequence.rows.length === 0 && sequence.running === 0) this.sequences.delete(this.keyOf(row));
  }

  private enqueue(row: WaitingDelivery): void {
    const sequence = this.sequenceOf(row);
    const { rows } = sequence;
    // It is older than what is there only after it failed, or when more was opened from before.
    if (rows.length === 0 || rows.last!.seq < row.seq) rows.push(row);
    else rows.insert(row, ({ seq }) => seq > row.seq);
    this.release(sequence);
  }

  /** The first one of a sequence may start, unless one of it is under way or is due later. */
  private release(sequence: Sequence): void {
    if (sequence.rows.length === 0 || sequence.running > 0) return;
    if (sequence.state === 'ready' || sequence.state === 'waiting') return;
    sequence.state = 'ready';
    this.ready.push(sequence);
  }

  private startFirst(sequence: Sequence, now: number, time: number): WaitingDelivery | undefined {
    if (sequence.state !== 'ready') return undefined;
    sequence.state = 'resting';
    const row = sequence.rows.first!;
    const { concurrency, retryDelayMs, placeMs = Infinity } = this.terms;
    if (this.places.hasEnough(row.userId, concurrency)) return this.holdBack(sequence, row.userId);
    // Never longer than the delay that is set now: the clock may have been put back since.
    const leftMs = this.overdue.has(row) ? 0 : row.nextAt - now;
    const waitMs = Math.min(leftMs, Math.max(retryDelayMs, SHORTEST_LIMIT_MS));
    if (waitMs > 0) return this.wait(sequence, time + waitMs);
    sequence.rows.shift();
    sequence.running++;
    this.underWay.set(row, this.places.take(row.userId, time + placeMs));
    return row;
  }

  private holdBack(sequence: Sequence, userId: string): undefined {
    sequence.state = 'heldBack';
    const line = this.heldBack.get(userId) ?? new Line();
    this.heldBack.set(userId, line);
    line.push(sequence);
  }

  private wait(sequence: Sequence, until: number): undefined {
    sequence.state = 'waiting';
    this.waiting.add(until, sequence);
  }

  private due(sequence: Sequence): void {
    sequence.state = 'resting';
    const { first } = sequence.rows;
    if (first) this.overdue.add(first);
    this.release(sequence);
  }

  /** A place of this user is free: for what was held back of them, or for somebody else. */
  private freed(userId: string): void {
    const line = this.heldBack.get(userId);
    let sequence = line?.shift();
    // More may have come for one that was held back, so that it was looked at anew.
    while (sequence && sequence.state !== 'heldBack') sequence = line?.shift();
    if (line?.length === 0) this.heldBack.delete(userId);
    if (sequence) this.release(sequence);
  }

  private sequenceOf(row: WaitingDelivery): Sequence {
    const key = this.keyOf(row);
    const sequence = this.sequences.get(key) ?? { rows: new Line(), running: 0, state: 'resting' };
    this.sequences.set(key, sequence);
    return sequence;
  }

  private keyOf({ seq, userId }: WaitingDelivery): string {
    const { order } = this.terms;
    if (order === 'parallel') return `#${seq}`;
    return order === 'perUser' ? `@${userId}` : 'all';
  }

  private steady(now: number): number {
    const { time } = this;
    if (now + time.ahead < time.latest) time.ahead = time.latest - now;
    return (time.latest = now + time.ahead);
  }
}
