import type { Clock } from '../../ilink/clock';
import type { Conversation, SendClaim, SendEnd, Store } from '../../store/store';
import { waitReasonOf, type WaitFacts, type WaitReason } from './wait-reasons';
import { windowOf, type Limits, type Window } from './window';
import type { Report } from '../report';

/** Where a conversation stands, and how many messages wait until the user writes again. */
export interface Standing extends Window {
  queued: number;
  /** Why a message would wait now; absent when it may go out, or nothing is known. */
  reason?: WaitReason;
  /** When the next message goes out by itself (ISO 8601), while the server may throttle. */
  throttledUntil?: string;
}

export interface ConversationsDeps {
  store: () => Promise<Store>;
  /** Whose conversations these are. */
  bot: string;
  /** The login that the bot speaks with now. */
  login: string;
  clock: Clock;
  report: Report;
}

/** Sends with a store that fails are free: knowledge must not stop a message. */
const FREE = {
  granted: true,
  lastInboundAt: 0,
  closedByServer: false,
  contextToken: '',
  login: '',
  sentSince: 0,
  throttledUntil: 0,
  throttles: 0,
};

/** Nothing of the conversation itself, so that nothing about it says when they are over. */
const TROUBLES: readonly WaitReason[] = ['token_refused', 'server_unreachable'];

/** What is claimed. */
export interface ClaimTerms {
  /** Whether it brings a context token of its own. */
  hasToken: boolean;
  /** The distance to keep to the next message of the same person, in milliseconds. */
  gapMs: number;
  /** It may not overtake what waits for the user, and is not granted either when nothing is known of that. */
  unlessQueued?: boolean;
}

/** A claim, and why it was not granted. */
export interface Claim extends SendClaim {
  reason?: WaitReason;
}

/**
 * What is known of the conversations of one bot: the newest context token, when the user last wrote, what was sent since,
 * whoever sent it. A store that fails makes it forget, and stops no message; one that
 * cannot be opened does.
 */
export class Conversations {
  constructor(private readonly deps: ConversationsDeps) {}

  /** Nothing when the user is not known. Token and window of an earlier login count for nothing. */
  async get(userId: string): Promise<Conversation | undefined> {
    const known = await this.remembering((store) => store.conversations.get(this.deps.bot, userId));
    return known && this.ofThisLogin(known);
  }

  /** Where the conversation with a user stands now. */
  async standing(userId: string, limits?: Limits): Promise<Standing> {
    const known = await this.get(userId);
    if (known) return this.standingOf(known, limits);
    // Somebody who has never written may have messages waiting.
    const rows = (await this.remembering((store) => store.outbox.list(this.deps.bot, userId))) ?? [];
    const unknown = this.standingOf(undefined, limits);
    if (rows.length === 0) return unknown;
    const reason = TROUBLES.find((code) => code === rows.at(-1)!.reason) ?? 'first_message';
    return { ...unknown, canSend: false, queued: rows.length, reason };
  }

  /** Where a conversation stands now. @param known as {@link get} gave it */
  standingOf(known: Conversation | undefined, limits?: Limits): Standing {
    // What waits says by itself that it cannot go out at all, also what another process has found out.
    const trouble = TROUBLES.find((code) => code === known?.queuedReason);
    const reason = trouble ?? (known && this.reasonBy(known, limits));
    const window = windowOf(known, this.deps.clock.now(), limits);
    const isThrottled = reason === 'throttled';
    return {
      ...window,
      ...((isThrottled || trouble) && { canSend: false }),
      queued: known?.queued ?? 0,
      ...(reason && { reason }),
      ...(isThrottled && { throttledUntil: new Date(known!.throttledUntil).toISOString() }),
    };
  }

  /** All conversations, those in which the user wrote last first. @throws when the store fails */
  async all(limit: number, limits?: Limits): Promise<Array<Standing & { userId: string }>> {
    const store = await this.deps.store();
    const known = await store.conversations.list(this.deps.bot, limit);
    return known.map((conversation) => ({
      userId: conversation.userId,
      ...this.standingOf(this.ofThisLogin(conversation), limits),
    }));
  }

  /**
   * Counts a message before it goes out, and gives its slot and the newest context token for it.
   *
   * @param limits what has to hold for it to go out; nothing when it goes out in any case
   */
  async claim(
    userId: string,
    limits: Limits | undefined,
    { hasToken, gapMs, unlessQueued = false }: ClaimTerms = { hasToken: false, gapMs: 0 },
  ): Promise<Claim> {
    const { bot, login, clock } = this.deps;
    const now = clock.now();
    const openSince = limits && now - limits.windowMs;
    const terms = limits && { login, hasToken, quota: limits.quota, openSince: openSince!, unlessQueued };
    const claim = (await this.remembering((store) =>
      store.conversations.claim(bot, userId, { now, gapMs }, terms),
    )) ?? { ...FREE, granted: !unlessQueued, slotAt: now, gapMs };
    const reason = claim.granted ? undefined : (this.reasonBy(claim, limits, hasToken) ?? 'window_over');
    const contextToken = this.isThisLogin(claim) ? claim.contextToken : '';
    return { ...claim, contextToken, ...(reason && { reason }) };
  }

  /** What became of the message of a claim. */
  async settle(userId: string, claim: SendClaim, end: Omit<SendEnd, 'now' | 'gapMs'> = {}): Promise<void> {
    const { bot, clock } = this.deps;
    const spacing = { now: clock.now(), gapMs: claim.gapMs };
    await this.noting((store) => store.conversations.settle(bot, userId, claim, { ...end, ...spacing }));
  }

  /** Why a message to this user would wait now; nothing when it may go out. */
  reasonBy(
    known: Omit<WaitFacts, 'hasToken'> & Pick<Conversation, 'contextToken' | 'login'>,
    limits?: Limits,
    hasToken = false,
  ): WaitReason | undefined {
    const isOurs = this.isThisLogin(known);
    const token = isOurs && known.contextToken !== '';
    // After a new login the user has to write first.
    const facts = isOurs ? known : { ...known, lastInboundAt: 0, closedByServer: true };
    return waitReasonOf({ ...facts, hasToken: hasToken || token }, this.deps.clock.now(), limits);
  }

  /** The server says that there is no open conversation, whatever is known. */
  async noteClosed(userId: string, known: Conversation): Promise<void> {
    const { now, gapMs } = { now: 0, gapMs: 0 };
    const claim = { ...known, granted: false, slotAt: now, gapMs };
    await this.noting((store) =>
      store.conversations.settle(this.deps.bot, userId, claim, { isClosed: true, now, gapMs }),
    );
  }

  /** After a login the user has to write first, and the tokens from before are refused. */
  private ofThisLogin(known: Conversation): Conversation {
    return this.isThisLogin(known) ? known : { ...known, contextToken: '', closedByServer: true };
  }

  private isThisLogin({ login }: Pick<Conversation, 'login'>): boolean {
    return login === '' || login === this.deps.login;
  }

  /** Never fails: the message is out by now, or was refused. */
  private async noting(action: (store: Store) => Promise<void>): Promise<void> {
    await this.remembering(action).catch((error: unknown) =>
      this.deps.report({ code: 'conversation_not_kept' }, error),
    );
  }

  private async remembering<Result>(action: (store: Store) => Promise<Result>): Promise<Result | undefined> {
    // Whoever cannot open it at all is told so.
    const store = await this.deps.store();
    try {
      return await action(store);
    } catch (error) {
      this.deps.report({ code: 'conversation_not_kept' }, error);
      return undefined;
    }
  }
}
