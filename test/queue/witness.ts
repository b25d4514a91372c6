import type { BotLogin, Emulator } from '../../emulator';

const TICK_MS = 5;

/** Looks at the polls of a bot all the time: how many there are at once, and how long there is none. */
export class Witness {
  private most = 0;
  private noneSince: number | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly emulator: Pick<Emulator, 'polls' | 'dropped'>,
    private readonly bot: BotLogin,
  ) {
    this.timer = setInterval(() => this.look(), TICK_MS);
  }

  /** @returns the most polls that there were at one time */
  end(): number {
    clearInterval(this.timer);
    const seconds = this.emulator.dropped.filter(
      ({ bot_id, reason }) => bot_id === this.bot.ilink_bot_id && reason === 'second_poll',
    );
    return Math.max(this.most, seconds.length > 0 ? 2 : 0);
  }

  /** How long there has been no poll, in milliseconds. */
  get silentMs(): number {
    return this.noneSince === undefined ? 0 : Date.now() - this.noneSince;
  }

  private look(): void {
    const polls = this.emulator.polls(this.bot.ilink_bot_id);
    this.most = Math.max(this.most, polls);
    if (polls > 0) this.noneSince = undefined;
    else this.noneSince ??= Date.now();
  }
}
