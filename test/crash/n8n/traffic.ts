import type { BotLogin, Emulator } from '../../../emulator';

const TICK_MS = 10;
/** One time in ten, people send some messages at once. */
const BURST_SHARE = 0.1;
const BURST = { least: 2, most: 7 };
const MEAN_SIZE = 1 + BURST_SHARE * ((BURST.least + BURST.most) / 2 - 1);

/** Two people who write to one bot, one of them its owner, at a rate that can be changed. */
export class Traffic {
  /** All texts, in the order in which they were written. */
  readonly written: string[] = [];
  /** On average, in messages per second. */
  perSecond = 0;
  readonly users: readonly string[];
  private readonly timer: NodeJS.Timeout;
  private tickAt = Date.now();

  constructor(
    private readonly emulator: Emulator,
    private readonly bot: BotLogin,
    private readonly random: () => number,
  ) {
    this.users = [bot.ilink_user_id, 'o9cq80crashsecondone@im.wechat'];
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Writes so many messages at once. @returns the last text */
  write(count: number): string {
    let text = '';
    for (let i = 0; i < count; i++) {
      text = `message ${this.written.length}`;
      this.written.push(text);
      const user_id = this.users[Math.floor(this.random() * this.users.length)]!;
      void this.emulator.write({ bot_id: this.bot.ilink_bot_id, user_id, text });
    }
    return text;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = Date.now();
    const elapsed = (now - this.tickAt) / 1_000;
    this.tickAt = now;
    if (this.random() < (elapsed * this.perSecond) / MEAN_SIZE) this.write(this.size());
  }

  private size(): number {
    if (this.random() >= BURST_SHARE) return 1;
    return BURST.least + Math.floor(this.random() * (BURST.most - BURST.least + 1));
  }
}
