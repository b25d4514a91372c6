import { systemClock, type Clock } from '../ilink/clock';
import type { Store } from '../store/store';
import { Bot, type BotDeps } from './bot';
import { botKeyOf, type BotCredential } from '../ilink/credential';
import { Memory, type MemoryOptions } from './memory';

/** A bot in use. Give it back with {@link release}. */
export interface RetainedBot {
  bot: Bot;
  /** The credential was edited, and still has the same token. Its addresses count from now on, for everybody. */
  edit(credential: BotCredential): void;
  release(): void;
}

export interface RegistryOptions extends Omit<MemoryOptions, 'clock'> {
  /** Opens the store; called again after it failed. */
  openStore(): Store | Promise<Store>;
  clock?: Clock;
}

/** Between two uses, so that they share connections. */
const IDLE_LIFE_MS = 120_000;

interface Entry {
  bot: Bot;
  users: number;
  cancelClose?: () => void;
}

/**
 * The bots that this process runs: one per token, however many users and credentials it has, because two pollers on one
 * token steal each other's messages. And the one memory behind them.
 */
export class BotRegistry {
  private readonly entries = new Map<string, Entry>();
  private readonly clock: Clock;
  private opened: Promise<Memory> | undefined;

  constructor(private readonly options: RegistryOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /** What this process remembers. @throws when the store cannot be opened; the next call tries again */
  memory(): Promise<Memory> {
    this.opened ??= this.openMemory().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  /**
   * The bot of a credential, made when nobody uses it yet.
   *
   * @param deps only looked at when the bot is made
   */
  retain(credential: BotCredential, deps: Partial<BotDeps> = {}): RetainedBot {
    const key = botKeyOf(credential);
    const entry = this.entries.get(key) ?? this.create(key, credential, deps);
    const release = this.use(key, entry);
    const offer = entry.bot.client.offer(credential);
    return {
      bot: entry.bot,
      edit: (edited) => offer.edit(edited),
      release: () => {
        offer.withdraw();
        release();
      },
    };
  }

  /** Closes every bot, whoever uses it. Nothing may be used afterwards. */
  async close(): Promise<void> {
    const bots = [...this.entries.values()];
    this.entries.clear();
    await Promise.all(
      bots.map(({ bot, cancelClose }) => {
        cancelClose?.();
        return bot.close();
      }),
    );
  }

  /** Drops what the process holds of a bot that nobody uses right now: connections, tickets for "typing". */
  discard(credential: BotCredential): void {
    const key = botKeyOf(credential);
    const entry = this.entries.get(key);
    if (!entry || entry.users > 0) return;
    entry.cancelClose?.();
    this.drop(key, entry);
  }

  /** How many bots are held. */
  get size(): number {
    return this.entries.size;
  }

  private async openMemory(): Promise<Memory> {
    return Memory.of(await this.options.openStore(), { ...this.options, clock: this.clock });
  }

  private create(key: string, credential: BotCredential, deps: Partial<BotDeps>): Entry {
    const { report } = this.options;
    const retain = (): (() => void) => this.use(key, entry);
    const memory = (): Promise<Memory> => this.memory();
    const entry: Entry = {
      bot: new Bot(credential, { clock: this.clock, report, memory, retain, ...deps }),
      users: 0,
    };
    this.entries.set(key, entry);
    return entry;
  }

  private use(key: string, entry: Entry): () => void {
    entry.users++;
    entry.cancelClose?.();
    delete entry.cancelClose;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.release(key, entry);
    };
  }

  private release(key: string, entry: Entry): void {
    entry.users--;
    if (entry.users > 0) return;
    entry.cancelClose = this.clock.after(IDLE_LIFE_MS, () => this.drop(key, entry), true);
  }

  private drop(key: string, entry: Entry): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
    void entry.bot.close().catch(() => undefined);
  }
}
