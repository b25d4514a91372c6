import type { Clock } from '../../ilink/clock';
import { AnsweredElsewhere, type AnsweredElsewhereDeps } from './answered-elsewhere';
import { TypingChat, type KeepAliveOptions, type RetainedTyping } from './chat';
import { TypingIndicator, type TypingClient } from './indicator';
import type { Report } from '../report';

export type { KeepAliveOptions, RetainedTyping as TypingHold } from './chat';

export interface BotTypingDeps {
  client: TypingClient;
  clock: Clock;
  report: Report;
  /** Keeps the bot in use until the returned function is called: whoever asked for typing may have let go of it. */
  retain?: () => () => void;
  /** What tells whether another process has answered; without it there is none. */
  elsewhere?: Pick<AnsweredElsewhereDeps, 'mayBe' | 'sentTo'>;
}

/** "Typing…" of one bot, for everybody who wants it shown. A user's indicator is kept alive once, however many ask. */
export class Typing {
  private readonly chats = new Map<string, TypingChat>();
  private readonly indicator: TypingIndicator;
  private readonly elsewhere: AnsweredElsewhere | undefined;

  constructor(private readonly deps: BotTypingDeps) {
    this.indicator = new TypingIndicator(deps);
    const { elsewhere, clock } = deps;
    const held = (): string[] => this.held;
    const answered = (userId: string): void => this.messageSent(userId);
    this.elsewhere = elsewhere && new AnsweredElsewhere({ ...elsewhere, clock, held, answered });
  }

  /** How many users have it kept alive for them. */
  get kept(): number {
    return [...this.chats.values()].filter(({ isRetained: held }) => held).length;
  }

  /** Shows the indicator once; it dies by itself after about five seconds. @throws ILinkError */
  show(userId: string, contextToken?: string, signal?: AbortSignal): Promise<void> {
    return this.chat(userId).show(contextToken, signal);
  }

  /** Keeps the indicator alive until it is released, its time is over, {@link stop}, or a message to the user. */
  keepAlive(userId: string, options: KeepAliveOptions): RetainedTyping {
    const hold = this.chat(userId).keepAlive(options);
    this.elsewhere?.watch();
    return hold;
  }

  /** Hides the indicator, whoever keeps it alive. @throws ILinkError */
  stop(userId: string, contextToken?: string, signal?: AbortSignal): Promise<void> {
    return this.chat(userId).hide(contextToken, signal);
  }

  /** A message to this user was sent: typing is over. Returns at once. */
  messageSent(userId: string): void {
    this.chats.get(userId)?.messageSent();
  }

  /** Ends everything without a word to the server; what is shown dies within five seconds. */
  close(): void {
    for (const chat of this.chats.values()) chat.close();
  }

  private get held(): string[] {
    return [...this.chats].filter(([, { isRetained }]) => isRetained).map(([userId]) => userId);
  }

  /** Lives as long as something is held or under way. */
  private chat(userId: string): TypingChat {
    const known = this.chats.get(userId);
    if (known) return known;
    const release = this.deps.retain?.();
    const idle = (): void => {
      if (this.chats.get(userId) !== chat) return;
      this.chats.delete(userId);
      release?.();
    };
    const chat = new TypingChat(userId, { ...this.deps, indicator: this.indicator }, idle);
    this.chats.set(userId, chat);
    return chat;
  }
}
