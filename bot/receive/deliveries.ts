import type { Clock } from '../../ilink/clock';
import type { Inbox, PendingDelivery, StoredMessage } from '../../store/store';
import type { Copies } from '../copies';
import type { Report } from '../report';
import { LONGEST_LIFE_MS, type LeaseHolder } from './leadership';
import { Schedule, type DeliveryTerms, type WaitingDelivery } from './schedule';

export type { DeliveryTerms, Order } from './schedule';

/**
 * `done`: the subscriber has it. `again`: try again later. `refused`: that too, and it was no attempt. `gaveUp`: it was tried
 * often enough.
 */
export type DeliveryResult = 'done' | 'again' | 'refused' | 'gaveUp';

/** Takes the messages for one subscriber. */
export interface DeliveryHandler extends DeliveryTerms {
  /**
   * Whether an attempt counts as soon as it begins: else a message that kills the process is attempted for ever. It costs one
   * more write.
   */
  countsStarts: boolean;
  /** Hands one message to the subscriber. @param attempt 0 for the first one */
  handle(message: StoredMessage, attempt: number): Promise<DeliveryResult>;
}

/** How soon a message is looked at again that another process is handing over: it may end without having done so. */
const ELSEWHERE_MS = 1_000;
/** How soon a message is looked at again that another process has just tried. */
const TURN_MS = 10;
/** How soon the inbox is looked at again when it could not be read. */
const LOOK_AGAIN_MS = 1_000;
/** So many are put in line at once, which takes about 2 ms: a hundred thousand may wait. */
const ROWS_AT_ONCE = 1_000;

export interface DeliveriesDeps {
  subscriber: string;
  inbox: Pick<Inbox, 'pending' | 'claim' | 'handedOver' | 'attempted'>;
  /** In whose name messages are claimed, so that no other process hands them over, too. */
  owner: Pick<LeaseHolder, 'id' | 'isDead' | 'whileAlive'>;
  clock: Clock;
  report: Report;
  /** Other copies of this package in the process, which may still be giving messages to the same subscriber. */
  copies?: Pick<Copies, 'begin' | 'end' | 'isUnderWay'>;
}

/**
 * Hands what is kept for one subscriber over to it, oldest first: also what was received before a restart. Lives as long as
 * something is under way, so that a subscriber that leaves and comes back does not get a message twice.
 */
export class Deliveries {
  private handler: DeliveryHandler | undefined;
  private readonly schedule = new Schedule();
  private lastSeq = 0;
  /** What is older than the last one that was read is to be looked at once more. */
  private fromStart = false;
  private cancelNext: () => void = () => undefined;
  private cancelLook: () => void = () => undefined;
  private loading: Promise<void> | undefined;
  private loadAgain = false;

  constructor(private readonly deps: DeliveriesDeps) {}

  /** Starts handing over, or goes on after {@link pause}, with what waits already. */
  resume(handler: DeliveryHandler): void {
    this.handler = handler;
    this.schedule.begin(handler, this.deps.clock.now());
    this.lastSeq = 0;
    this.wake();
  }

  /**
   * Starts nothing new for `handler`. What is under way is still acknowledged when it is done.
   *
   * @returns whether it was served; not when another one has resumed since, which goes on then
   */
  pause(handler: DeliveryHandler): boolean {
    if (this.handler !== handler) return false;
    this.handler = undefined;
    this.cancelNext();
    this.cancelLook();
    return true;
  }

  /** Looks for new messages. */
  wake(): void {
    if (!this.handler) return;
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

  /** Whether nothing is under way and nobody is served: then it can be thrown away. */
  get idle(): boolean {
    return !this.handler && this.schedule.running === 0;
  }

  private async load(): Promise<void> {
    const { handler } = this;
    if (this.fromStart) this.lastSeq = 0;
    this.fromStart = false;
    const rows = await this.deps.inbox.pending(this.deps.subscriber, this.lastSeq);
    for (let from = 0; from === 0 || from < rows.length; from += ROWS_AT_ONCE) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      // Meanwhile it was switched off, or off and on again: then it starts over from the oldest, and these are not all.
      if (!handler || handler !== this.handler) return;
      const goesOn = this.addAll(rows.slice(from, from + ROWS_AT_ONCE));
      this.startNext();
      if (!goesOn) return this.lookLater();
    }
  }

  /** @returns whether those that follow may be put in line, too: they may have to wait for one that is under way elsewhere */
  private addAll(rows: PendingDelivery[]): boolean {
    for (const row of rows) {
      if (this.isUnderWayElsewhere(row)) return false;
      this.lastSeq = row.seq;
      this.schedule.add(row);
    }
    return true;
  }

  private isUnderWayElsewhere({ seq }: PendingDelivery): boolean {
    const { copies, subscriber } = this.deps;
    return !this.schedule.has(seq) && (copies?.isUnderWay(subscriber, seq) ?? false);
  }

  /** Nobody may write for hours, so the next message is not waited for. */
  private lookAgain(error: unknown): void {
    this.deps.report({ code: 'inbox_not_read' }, error);
    this.lookLater();
  }

  private lookLater(): void {
    this.cancelLook();
    if (this.handler) this.cancelLook = this.deps.clock.after(LOOK_AGAIN_MS, () => this.wake(), true);
  }

  /** Starts what may start, and does so again when more may. */
  private startNext(): void {
    const { handler } = this;
    if (!handler) return;
    const { clock } = this.deps;
    this.cancelNext();
    for (const row of this.schedule.next(clock.now())) void this.run(row, handler);
    const nextInMs = this.schedule.nextInMs(clock.now());
    if (nextInMs !== undefined) this.cancelNext = clock.after(nextInMs, () => this.startNext(), true);
  }

  /** Never rejects. */
  private async run(row: WaitingDelivery, handler: DeliveryHandler): Promise<void> {
    const { copies, subscriber, owner } = this.deps;
    copies?.begin(subscriber, row.seq);
    const again = await owner
      .whileAlive(() => this.claimAndHandOver(row, handler))
      .catch((error: unknown) => {
        this.deps.report({ code: 'delivery_failed' }, error);
        return this.later(row, handler.retryDelayMs, row.storedNextAt ?? row.nextAt);
      });
    copies?.end(subscriber, row.seq);
    this.schedule.ended(row, again);
    this.startNext();
  }

  /** @returns the message as it is to be tried again; nothing when it is done with. @throws when the store fails */
  private async claimAndHandOver(
    row: WaitingDelivery,
    handler: DeliveryHandler,
  ): Promise<WaitingDelivery | undefined> {
    const { inbox, owner, subscriber, clock } = this.deps;
    const { seq, attempts, storedNextAt: nextAt = row.nextAt } = row;
    const by = { owner: owner.id, now: clock.now(), longestLifeMs: LONGEST_LIFE_MS };
    const claim = { subscriber, seq, attempts, nextAt, countsStart: handler.countsStarts, ...by };
    const claimed = await inbox.claim(claim, owner.isDead);
    switch (claimed.state) {
      case 'claimed':
        return this.handOver(claimed.message, row, handler);
      case 'elsewhere':
        return this.later(row, ELSEWHERE_MS, nextAt);
      case 'changed':
        return this.changed(row, claimed);
      case 'gone':
        return undefined;
    }
  }

  private async handOver(
    message: StoredMessage,
    row: WaitingDelivery,
    handler: DeliveryHandler,
  ): Promise<WaitingDelivery | undefined> {
    const result = await handler.handle(message, row.attempts).catch((error: unknown) => {
      this.deps.report({ code: 'delivery_failed' }, error);
      return 'refused' as const;
    });
    const attempts = row.attempts + (result === 'again' ? 1 : 0);
    const again = isLater(result) ? this.later({ ...row, attempts }, handler.retryDelayMs) : undefined;
    // When this cannot be written, the message is handed over once more after a restart: better twice than never.
    await this.settle(row, again).catch((error: unknown) =>
      this.deps.report({ code: 'delivery_not_noted' }, error),
    );
    return again;
  }

  private async settle({ seq }: WaitingDelivery, again: WaitingDelivery | undefined): Promise<void> {
    const { inbox, subscriber, owner } = this.deps;
    if (again) await inbox.attempted(subscriber, seq, again.attempts, again.nextAt, owner.id);
    else await inbox.handedOver(subscriber, seq, owner.id);
  }

  /** Another process was quicker. Whatever a store says, it is not asked in a loop. */
  private changed(row: WaitingDelivery, { attempts, nextAt }: { attempts: number; nextAt: number }) {
    const leftMs = Math.max(TURN_MS, nextAt - this.deps.clock.now());
    return this.later({ ...row, attempts }, leftMs, nextAt);
  }

  /** @param storedNextAt what the store says; nothing when it is told of the new time */
  private later(row: WaitingDelivery, inMs: number, storedNextAt?: number): WaitingDelivery {
    const { seq, userId, attempts } = row;
    return {
      seq,
      userId,
      attempts,
      nextAt: this.deps.clock.now() + inMs,
      ...(storedNextAt !== undefined && { storedNextAt }),
    };
  }
}

function isLater(result: DeliveryResult): boolean {
  return result === 'again' || result === 'refused';
}
