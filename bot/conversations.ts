import type { Clock } from '../ilink/clock';
import type { Conversation, SendClaim, Store } from '../store/store';
import { windowOf, type Limits, type Window } from './window';

/** Where a conversation stands, and how many messages wait until the user writes again. */
export interface Standing extends Window {
  queued: number;
}

export interface ConversationsDeps {
  /** Nothing when the process remembers nothing. */
  store: () => Promise<Store | undefined>;
  /** Whose conversations these are. */
  bot: string;
  /** The login that the bot speaks with now. */
  login: string;
  clock: Clock;
  report: (what: string, error?: unknown) => void;
}

/** Sends without a store, or with one that fails, are free: knowledge must not stop a message. */
const FREE: SendClaim = {
  granted: true,
  lastInboundAt: 0,
  closedByServer: false,
  contextToken: '',
  login: '',
};

/**
 * What is known of the conversations of one bot: the newest context token, when the user last wrote, what was sent since,
 * whoever sent it. A store that fails makes it forget, and stops no message.
 */
export class Conversations {
  constructor(private readonly deps: ConversationsDeps) {}

  /** Nothing when the user is not known. Token and window of an earlier login count for nothing. */
  async get(userId: string): Promise<Conversation | undefined> {
    const known = await this.remembering((store) => store.conversation(this.deps.bot, userId));
    return known && this.ofThisLogin(known);
  }

  /** Where the conversation with a user stands now. */
  async standing(userId: string, limits?: Limits): Promise<Standing> {
    return this.standingOf(await this.get(userId), limits);
  }

  /** Where a conversation stands now. @param known as {@link get} gave it */
  standingOf(known: Conversation | undefined, limits?: Limits): Standing {
    return { ...windowOf(known, this.deps.clock.now(), limits), queued: known?.queued ?? 0 };
  }

  /** All conversations, those in which the user wrote last first. @throws when the store fails */
  async all(limit: number, limits?: Limits): Promise<Array<Standing & { userId: string }>> {
    const store = await this.deps.store();
    const known = (await store?.conversations(this.deps.bot, limit)) ?? [];
    return known.map((conversation) => ({
      userId: conversation.userId,
      ...this.standingOf(this.ofThisLogin(conversation), limits),
    }));
  }

  /**
   * Counts a message before it goes out, and gives the newest context token for it.
   *
   * @param limits what has to hold for it to go out; nothing when it goes out in any case
   */
  async claim(userId: string, limits: Limits | undefined): Promise<SendClaim> {
    const { bot, login, clock } = this.deps;
    const terms = limits && { login, quota: limits.quota, openSince: clock.now() - limits.windowMs };
    const claim = (await this.remembering((store) => store.claimSend(bot, userId, terms))) ?? FREE;
    return { ...claim, contextToken: this.isThisLogin(claim) ? claim.contextToken : '' };
  }

  /** The message of a claim did not go out. @param closed the server wants the user to write first */
  async giveBack(userId: string, claim: SendClaim, closed: boolean): Promise<void> {
    await this.remembering((store) => store.returnSend(this.deps.bot, userId, claim, closed));
  }

  /** The server took a message although it had said that the user has to write first. */
  async reopened(userId: string): Promise<void> {
    await this.remembering((store) => store.reopened(this.deps.bot, userId));
  }

  /** After a login the user has to write first, and the tokens from before are refused. */
  private ofThisLogin(known: Conversation): Conversation {
    return this.isThisLogin(known) ? known : { ...known, contextToken: '', closedByServer: true };
  }

  private isThisLogin({ login }: Pick<Conversation, 'login'>): boolean {
    return login === '' || login === this.deps.login;
  }

  private async remembering<Result>(action: (store: Store) => Promise<Result>): Promise<Result | undefined> {
    try {
      const store = await this.deps.store();
      return store && (await action(store));
    } catch (error) {
      this.deps.report('What is known of a conversation could not be read or noted', error);
      return undefined;
    }
  }
}
