import type { Clock } from '../../ilink/clock';
import type { Store } from '../../store/store';
import type { EndReason, PartResult, Taken } from './message';
import type { OutboxEvent } from './status-events';

/** What became of a queued message that has left the queue. */
export type Fate =
  | { state: 'sent'; taken: Taken }
  /** `reason`: the sentence that an earlier version kept. */
  | { state: 'not_sent' | 'in_doubt'; end?: EndReason; reason?: string };

const KIND = 'left the queue';
/** As long as a retry goes on with an earlier send. */
const LIFE_MS = 14 * 24 * 3_600_000;
/** Of thousands that end together it is not noted one by one. */
const MOST = 200;
const UNKNOWN: Fate = { state: 'in_doubt', end: 'unknown' };

/** What became of queued messages, for retries of the sends that they belong to. Holds nothing of what they say. */
export class QueuedOutcomes {
  constructor(
    private readonly deps: { store: () => Promise<Store | undefined>; bot: string; clock: Clock },
  ) {}

  /** @throws when the store fails */
  async note(ids: readonly number[], fate: Fate): Promise<void> {
    const store = await this.deps.store();
    if (!store || ids.length > MOST) return;
    const now = this.deps.clock.now();
    const [body, expiresAt] = [JSON.stringify(fate), now + LIFE_MS];
    for (const id of ids)
      await store.documents.write(KIND, { key: this.keyOf(id), body, expiresAt }, undefined, now);
  }

  /** @returns nothing while it waits. @throws when the store fails */
  async find(userId: string, ids: readonly number[]): Promise<Map<number, Fate>> {
    const store = await this.deps.store();
    const fates = new Map<number, Fate>();
    if (!store || ids.length === 0) return fates;
    const waiting = new Set((await store.outbox.list(this.deps.bot, userId)).map(({ id }) => id));
    for (const id of ids) {
      if (waiting.has(id)) continue;
      const body = await store.documents.read(KIND, this.keyOf(id), this.deps.clock.now());
      fates.set(id, body === undefined ? UNKNOWN : (JSON.parse(body) as Fate));
    }
    return fates;
  }

  private keyOf(id: number): string {
    return `${this.deps.bot} ${id}`;
  }
}

/** @param event with which a message left the queue; nothing when somebody cancelled it */
export function outcomeBy(event: OutboxEvent | undefined): Fate | undefined {
  switch (event?.state) {
    case undefined:
      return { state: 'not_sent', end: 'cancelled' };
    case 'queued_sent':
      return { state: 'sent', taken: event.attempt };
    case 'queued_refused':
      return { state: 'not_sent', end: 'refused' };
    case 'queued_expired':
      return event.mayHaveArrived
        ? { state: 'in_doubt', end: 'expired_in_doubt' }
        : { state: 'not_sent', end: 'expired' };
    case 'queued':
      return undefined;
  }
}

/**
 * The parts of an earlier try as they stand now. From the first one on that certainly did not go out a retry sends again, unless
 * that would repeat a later one.
 */
export function withQueuedOutcomes(
  done: readonly PartResult[],
  fates: ReadonlyMap<number, Fate>,
): PartResult[] {
  const now = done.map((part) => {
    const fate = part.outcome === 'queued' ? fates.get(part.queueId) : undefined;
    if (!fate) return part;
    const { type } = part;
    if (fate.state === 'sent') return { type, ...fate.taken };
    const outcome = fate.state === 'not_sent' ? ('refused' as const) : ('unconfirmed' as const);
    const { end, reason } = fate;
    return { type, outcome, ...(end && { end }), ...(reason && { reason }) };
  });
  const first = now.findIndex(({ outcome }) => outcome === 'refused');
  if (first === -1) return now;
  const isLast = now.slice(first).every(({ outcome }) => outcome === 'refused');
  return isLast ? now.slice(0, first) : now;
}
