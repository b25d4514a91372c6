import type { Clock } from '../../ilink/clock';
import type { Store } from '../../store/store';
import { isTaken, type OutcomeOf, type SendResult } from './message';
import type { OutboxEvent } from './status-events';

/** What may become of a queued message. It is kept as JSON. */
type Ending = OutcomeOf<'accepted' | 'unconfirmed' | 'refused' | 'in_doubt'>;

const KIND = 'left the queue';
/** As long as a retry goes on with an earlier send. */
const LIFE_MS = 14 * 24 * 3_600_000;
/** Of thousands that end together it is not noted one by one. */
const MOST = 200;
const UNKNOWN: Ending = { outcome: 'in_doubt', end: 'unknown' };

/** What became of queued messages, for retries of the sends that they belong to. Holds nothing of what they say. */
export class QueuedOutcomes {
  constructor(private readonly deps: { store: () => Promise<Store>; bot: string; clock: Clock }) {}

  /**
   * @param event with which the messages left the queue; nothing when somebody cancelled them
   * @throws when the store fails
   */
  async note(ids: readonly number[], event: OutboxEvent | undefined): Promise<void> {
    const ending = endingBy(event);
    if (!ending || ids.length > MOST) return;
    const store = await this.deps.store();
    const now = this.deps.clock.now();
    const [body, expiresAt] = [JSON.stringify(ending), now + LIFE_MS];
    for (const id of ids)
      await store.documents.write(KIND, { key: this.keyOf(id), body, expiresAt }, undefined, now);
  }

  /**
   * The parts of an earlier try as they stand now. From the first one on that certainly did not go out a retry sends again, unless
   * that would repeat a later one.
   *
   * @throws when the store fails
   */
  async upToDate(userId: string, done: SendResult['parts']): Promise<SendResult['parts']> {
    const ids = done.flatMap((part) => (part.outcome === 'queued' ? [part.queueId] : []));
    if (ids.length === 0) return done;
    return withEndings(done, await this.find(userId, ids));
  }

  /** @returns nothing of what still waits */
  private async find(userId: string, ids: readonly number[]): Promise<Map<number, Ending>> {
    const store = await this.deps.store();
    const endings = new Map<number, Ending>();
    const waiting = new Set((await store.outbox.list(this.deps.bot, userId)).map(({ id }) => id));
    for (const id of ids) {
      if (waiting.has(id)) continue;
      const body = await store.documents.read(KIND, this.keyOf(id), this.deps.clock.now());
      endings.set(id, endingIn(body));
    }
    return endings;
  }

  private keyOf(id: number): string {
    return `${this.deps.bot} ${id}`;
  }
}

function endingIn(body: string | undefined): Ending {
  const kept = body === undefined ? UNKNOWN : (JSON.parse(body) as Ending);
  const isKnown = isTaken(kept) || kept.outcome === 'refused' || kept.outcome === 'in_doubt';
  return isKnown ? kept : UNKNOWN;
}

function endingBy(event: OutboxEvent | undefined): Ending | undefined {
  switch (event?.state) {
    case undefined:
      return { outcome: 'refused', end: 'cancelled' };
    case 'queued_sent':
      return event.taken;
    case 'queued_refused':
      return event.mayHaveArrived
        ? { outcome: 'in_doubt', end: 'refused_in_doubt' }
        : { outcome: 'refused', end: 'refused' };
    case 'queued_expired':
      return event.mayHaveArrived
        ? { outcome: 'in_doubt', end: 'expired_in_doubt' }
        : { outcome: 'refused', end: 'expired' };
    case 'queued':
      return undefined;
  }
}

function withEndings(done: SendResult['parts'], endings: ReadonlyMap<number, Ending>): SendResult['parts'] {
  const now = done.map((part) => {
    const ending = part.outcome === 'queued' ? endings.get(part.queueId) : undefined;
    return ending ? { type: part.type, ...ending } : part;
  });
  const first = now.findIndex(({ outcome }) => outcome === 'refused');
  if (first === -1) return now;
  const isLast = now.slice(first).every(({ outcome }) => outcome === 'refused');
  return isLast ? now.slice(0, first) : now;
}
