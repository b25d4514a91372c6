import type { Clock } from '../../ilink/clock';
import type { IncomingMessage } from '../../ilink/incoming';
import type { MessageItem } from '../../ilink/wire';
import type { SentMessage, Store } from '../../store/store';
import { findQuoted, type Quoted } from './quotes';
import type { Report } from '../report';

export interface SentMemoryDeps {
  store: () => Promise<Store>;
  bot: string;
  clock: Clock;
  report: Report;
}

/** Nobody quotes a message sooner, and many sends cost one write then. */
const SOON_MS = 100;

/**
 * What the bot has sent, in case a user quotes it. It is written a moment later and together, because a send must not wait
 * for it: a crash in that moment costs the text of a quote, and no message.
 */
export class SentMemory {
  private unwritten: SentMessage[] = [];
  private cancelWrite: (() => void) | undefined;

  constructor(private readonly deps: SentMemoryDeps) {}

  /** Without an id nothing can quote it. Returns at once. */
  note(userId: string, item: MessageItem, message_id?: string): void {
    if (!message_id) return;
    const { clock } = this.deps;
    const body = JSON.stringify({ item_list: [item] });
    this.unwritten.push({ id: message_id, userId, sentAt: clock.now(), body });
    this.cancelWrite ??= clock.after(SOON_MS, () => void this.write(), true);
  }

  /** The earlier message that this one quotes, if it is known here. Never fails. */
  async quoted(message: IncomingMessage): Promise<Quoted | undefined> {
    await this.write();
    return this.safely(async (store) => findQuoted(message, this.deps.bot, store.recent));
  }

  /** Writes what is not written yet. Never fails. */
  async write(): Promise<void> {
    this.cancelWrite?.();
    this.cancelWrite = undefined;
    const messages = this.unwritten;
    this.unwritten = [];
    if (messages.length > 0) await this.safely((store) => store.recent.remember(this.deps.bot, messages));
  }

  private async safely<Result>(action: (store: Store) => Promise<Result>): Promise<Result | undefined> {
    try {
      return await action(await this.deps.store());
    } catch (error) {
      this.deps.report({ code: 'sent_not_remembered' }, error);
      return undefined;
    }
  }
}
