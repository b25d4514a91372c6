import type { KeyedQueue } from '../keyed-queue';
import { StoreTrouble } from '../store-trouble';
import type { QueuedMessage } from './message';
import { OutboxFull } from './failures';
import { OutboxSender, type OutboxSenderDeps } from './outbox-sender';
import { OutboxStatus, type OutboxStatusDeps } from './outbox-status';
import type { StatusEvents } from './ports';
import type { WaitReason } from './wait-reasons';

export interface BotOutboxDeps extends Omit<OutboxSenderDeps, 'status'>, OutboxStatusDeps {
  /** Everything that goes out to one user goes one after another. */
  byUser: KeyedQueue;
  statusEvents: StatusEvents;
  /** How many messages of the bot may wait. */
  maxQueued: () => Promise<number>;
}

/**
 * The messages of one bot that wait until their users write again. A message leaves it only with a status event that says what became of it,
 * and nothing that goes wrong on the way takes one out.
 */
export class BotOutbox {
  private readonly status: OutboxStatus;
  private readonly sender: OutboxSender;

  constructor(private readonly deps: BotOutboxDeps) {
    const status = (this.status = new OutboxStatus(deps));
    this.sender = new OutboxSender({ ...deps, status });
  }

  /** @returns the ids of the messages. @throws StoreTrouble or OutboxFull when they cannot be kept; then none of them is */
  async add(messages: Array<Omit<QueuedMessage, 'id' | 'bot'>>): Promise<number[]> {
    const { maxQueued, ids } = await this.keep(messages);
    if (!ids) throw new OutboxFull(maxQueued);
    // The user may have written since the conversation was found closed.
    void this.sender.flushUsers(messages.map(({ userId }) => userId));
    return ids;
  }

  /** What waits for a user, or for everybody, oldest first. @throws when the store fails */
  async list(userId?: string): Promise<QueuedMessage[]> {
    return (await this.deps.store()).outbox.list(this.deps.bot, userId);
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
      return this.status.cancelled(await this.deps.store(), wanted);
    });
  }

  /** These users have written. Sends what waits for them; returns at once. */
  usersWrote(userIds: readonly string[]): void {
    this.sender.forgetPauses(userIds);
    void this.sender.flushUsers(userIds);
  }

  /**
   * Somebody has found out that nothing can go out now, whatever the conversations allow, or that the server answers again. What
   * waits says so from now on. Returns at once.
   */
  noteTrouble(trouble: WaitReason | undefined): void {
    if (this.sender.trouble === trouble) return;
    this.sender.trouble = trouble;
    void (trouble ? this.noteReason(trouble) : this.flushAll());
  }

  /** Sends what waits for everybody whose conversation is open. Never rejects. */
  async flushAll(): Promise<void> {
    const { store, bot, report } = this.deps;
    try {
      await this.sender.flushUsers(await (await store()).outbox.users(bot));
    } catch (error) {
      report({ code: 'outbox_not_sent' }, error);
    }
  }

  /** See {@link OutboxSender.flush}. */
  flush(userId: string): Promise<WaitReason | undefined> {
    return this.sender.flush(userId);
  }

  /** Ends all waits. */
  close(): void {
    this.sender.close();
  }

  /** Never rejects. */
  private async noteReason(trouble: WaitReason): Promise<void> {
    const { bot, byUser, report } = this.deps;
    try {
      const store = await this.deps.store();
      const tell = (userId: string): Promise<void> =>
        byUser.run(userId, async () => this.status.noteReason(store, { userId }, trouble));
      await Promise.all((await store.outbox.users(bot)).map(tell));
    } catch (error) {
      report({ code: 'wait_reason_not_noted' }, error);
    }
  }

  private async keep(
    messages: Array<Omit<QueuedMessage, 'id' | 'bot'>>,
  ): Promise<{ maxQueued: number; ids?: number[] }> {
    const { bot, statusEvents } = this.deps;
    try {
      const store = await this.deps.store();
      const maxQueued = await this.deps.maxQueued();
      const rows = messages.map((message) => ({ ...message, bot }));
      const ids = await store.outbox.add(rows, maxQueued, this.status.eventOfQueued(rows));
      statusEvents.notifyListeners();
      return { maxQueued, ...(ids && { ids }) };
    } catch (error) {
      throw new StoreTrouble(error);
    }
  }
}
