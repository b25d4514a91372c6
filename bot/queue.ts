import { sleep, type Clock } from '../ilink/clock';
import { ILinkError, isLoginNeeded } from '../ilink/errors';
import type { Notice, QueueDraft, QueuedMessage } from '../store/outbox';
import type { Store } from '../store/store';
import type { Conversations, Standing } from './conversations';
import type { Lanes } from './lanes';
import { noticeOf, type QueueEvent } from './queue-notice';
import { isTaken, type Attempt, type Sender } from './sender';
import { nextShipment, type Shipment } from './shipments';
import { StoreTrouble } from './store-trouble';

export interface QueueDeps {
  store: () => Promise<Store | undefined>;
  /** Whose messages wait. */
  bot: string;
  sender: Pick<Sender, 'send'>;
  conversations: Pick<Conversations, 'standing'>;
  /** Everything that goes out to one user goes one after another. */
  lanes: Lanes;
  clock: Clock;
  newClientId: () => string;
  /** Whether this process polls for the bot: then it is the one that sends what waits, or two would send it. */
  mayFlush: () => boolean;
  /** Something may be there for the triggers. */
  announce: () => void;
  report: (what: string, error?: unknown) => void;
}

/** Between the messages of a queue. Three within a second trip WeChat's throttle for some. */
const PAUSE_MS = 500;
/** A flush that failed for a reason that passes is tried again after this. */
const RETRY_MS = 60_000;
/** How often expired messages and failed flushes are looked for. */
const TICK_MS = 20_000;

/**
 * The messages of one bot that wait until their users write again. A message leaves it only with word of what became of it,
 * and nothing that goes wrong on the way takes one out.
 */
export class Queue {
  private tickedAt = 0;
  /** Users for whom it is not tried before this time, milliseconds since 1970. */
  private readonly notBefore = new Map<string, number>();

  constructor(private readonly deps: QueueDeps) {}

  /** @returns the ids of the messages. @throws StoreTrouble when they cannot be kept */
  async add(drafts: Array<Omit<QueueDraft, 'bot'>>): Promise<number[]> {
    const { bot } = this.deps;
    try {
      const store = await this.deps.store();
      if (!store) throw new Error('There is no store');
      return await store.outbox.queue(drafts.map((draft) => ({ ...draft, bot })));
    } catch (error) {
      throw new StoreTrouble(error);
    }
  }

  /** What waits for a user, or for everybody, oldest first. @throws when the store fails */
  async list(userId?: string): Promise<QueuedMessage[]> {
    return (await (await this.deps.store())?.outbox.queued(this.deps.bot, userId)) ?? [];
  }

  /**
   * Takes messages out that are not on their way.
   *
   * @returns those that are out now
   */
  async cancel(userId: string, ids?: readonly number[]): Promise<QueuedMessage[]> {
    return this.deps.lanes.run(userId, async () => {
      const waiting = await this.list(userId);
      const wanted = waiting.filter(({ id, clientId }) => clientId === null && (!ids || ids.includes(id)));
      const store = (await this.deps.store())!;
      const gone = await store.outbox.unqueue(
        this.deps.bot,
        wanted.map(({ id }) => id),
      );
      return wanted.filter(({ id }) => gone.includes(id));
    });
  }

  /** The users have written, perhaps. Sends what waits for them; returns at once. */
  wake(): void {
    this.notBefore.clear();
    void this.flushAll();
  }

  /** Now and then: expires what is too old, and tries again what failed. Returns at once. */
  tick(): void {
    const now = this.deps.clock.now();
    if (Math.abs(now - this.tickedAt) < TICK_MS) return;
    this.tickedAt = now;
    void this.flushAll();
  }

  /** Sends what waits for everybody whose conversation is open. Never rejects. */
  async flushAll(): Promise<void> {
    const { deps } = this;
    try {
      const store = await deps.store();
      const users = (await store?.outbox.queuedUsers(deps.bot)) ?? [];
      await Promise.all(users.map((user) => deps.lanes.run(user, () => this.flush(user))));
    } catch (error) {
      deps.report('Queued messages could not be sent', error);
    }
  }

  /**
   * Sends what waits for one user, in order, as far as the conversation allows. To be called in the user's lane.
   *
   * @returns whether something still waits. @throws when the store fails
   */
  async flush(userId: string): Promise<boolean> {
    const { deps } = this;
    const store = await deps.store();
    if (!store) return false;
    await this.expire(store, userId);
    for (let sent = 0; ; sent++) {
      const rows = await store.outbox.queued(deps.bot, userId);
      if (rows.length === 0) return false;
      if (!deps.mayFlush() || (this.notBefore.get(userId) ?? 0) > deps.clock.now()) return true;
      const { quota, windowMs } = rows[0]!;
      const standing = await deps.conversations.standing(userId, { quota, windowMs });
      const shipment = nextShipment(rows, deps.clock.now());
      if (!hasRoom(standing, sent, shipment.ids.length < rows.length)) return true;
      if (sent > 0) await sleep(deps.clock, PAUSE_MS);
      if (!(await this.ship(store, userId, rows, shipment))) return true;
    }
  }

  /** @returns whether to go on with the next one */
  private async ship(
    store: Store,
    to: string,
    rows: QueuedMessage[],
    { ids, item, client_id: known }: Shipment,
  ): Promise<boolean> {
    const { deps } = this;
    const client_id = known ?? deps.newClientId();
    if (!known) await store.outbox.ship(ids, client_id);
    const message = { to, item, client_id, triedBefore: known !== undefined };
    const about = rows.filter(({ id }) => ids.includes(id));
    const { quota, windowMs } = about[0]!;
    const attempt = await deps.sender.send(message, { quota, windowMs });
    if (isTaken(attempt)) {
      await this.settle(store, about, { state: 'queued_sent', attempt });
      return true;
    }
    if (attempt.outcome === 'closed') {
      // What certainly did not arrive goes out under a new id: the server might remember the refused one.
      if (!attempt.client_id) await store.outbox.unship(client_id);
      return false;
    }
    return this.failed(store, about, attempt);
  }

  private async failed(
    store: Store,
    about: QueuedMessage[],
    { error, client_id, mayHaveArrived }: Extract<Attempt, { outcome: 'failed' }>,
  ): Promise<boolean> {
    const passes = !(error instanceof ILinkError) || error.repeat !== 'no';
    if (passes || isLoginNeeded(error)) {
      const userId = about[0]!.userId;
      this.notBefore.set(userId, this.deps.clock.now() + RETRY_MS);
      if (!mayHaveArrived) await store.outbox.unship(client_id);
      this.deps.report('Queued messages could not be sent now, they wait on', error);
      return false;
    }
    await this.settle(store, about, { state: 'queued_refused', error });
    return true;
  }

  private async expire(store: Store, userId: string): Promise<void> {
    const now = this.deps.clock.now();
    const rows = await store.outbox.queued(this.deps.bot, userId);
    // Of what is on its way nobody can say that it did not arrive.
    const old = rows.filter(({ expiresAt, clientId }) => expiresAt <= now && clientId === null);
    if (old.length > 0) await this.settle(store, old, { state: 'queued_expired' });
  }

  private async settle(store: Store, about: QueuedMessage[], event: QueueEvent): Promise<void> {
    const { bot, clock } = this.deps;
    const at = clock.now();
    const notice: Notice = {
      userId: about[0]!.userId,
      at,
      body: JSON.stringify(noticeOf(about, event, at)),
    };
    await store.outbox.unqueue(
      bot,
      about.map(({ id }) => id),
      notice,
    );
    this.deps.announce();
  }
}

/**
 * Whether the next message may go out. One is kept back for the answer to what the user has just written, when not
 * everything fits anyway.
 */
function hasRoom({ canSend, sendsLeft }: Standing, sent: number, moreFollow: boolean): boolean {
  if (canSend === false) return false;
  return !(moreFollow && sent > 0 && sendsLeft === 1);
}
