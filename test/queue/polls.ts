import type { BotLogin, Emulator, RequestRecord } from '../../emulator';

/** What one poll carried, and how long nobody had asked again. */
interface Answered {
  /** Positions in the order in which the messages were written. */
  from: number;
  to: number;
  startedAt: number;
  nextAt: number;
}

const LOOK_MS = 5;

/**
 * Watches the polls of a bot: how many there are at once, how long there is none, and which messages went out in a reply that the end
 * of a process may have cut off. The server sends messages in the order in which they were written, and none twice.
 */
export class Polls {
  private readonly answered: Answered[] = [];
  private readonly kills: number[] = [];
  private last: RequestRecord | undefined;
  private sent = 0;
  private mostAtOnce = 0;
  private noneSince: number | undefined;
  private longestMs = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly emulator: Pick<Emulator, 'polls' | 'requests' | 'dropped'>,
    private readonly bot: BotLogin,
  ) {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** A process was killed now. */
  noteKill(): void {
    this.kills.push(Date.now());
  }

  /** The longest time without a poll since this was asked last, in milliseconds. */
  takeLongestSilence(): number {
    const silentMs = this.longestMs;
    this.longestMs = 0;
    return silentMs;
  }

  /** To be called often enough that the emulator has not yet forgotten what came since. */
  read(): void {
    const all = this.emulator.requests('getupdates').filter(({ bot_id }) => bot_id === this.bot.ilink_bot_id);
    const fresh = this.last ? all.slice(all.lastIndexOf(this.last)) : all;
    for (const [index, record] of fresh.entries()) {
      const next = fresh[index + 1];
      if (!next) {
        this.last = record;
        return;
      }
      this.settle(record, next.at);
    }
  }

  /** Ends it. @returns the most polls that there were at one time */
  end(): number {
    clearInterval(this.timer);
    this.read();
    if (this.last) this.settle(this.last, Infinity);
    const isSecond = ({ bot_id, reason }: { bot_id?: string; reason: string }): boolean =>
      bot_id === this.bot.ilink_bot_id && reason === 'second_poll';
    return Math.max(this.mostAtOnce, this.emulator.dropped.some(isSecond) ? 2 : 0);
  }

  /**
   * The texts in replies after which a process was killed before anybody asked again. To be called at the end.
   *
   * @param written all texts, in the order in which they were written
   */
  cut(written: readonly string[]): Set<string> {
    const isCut = ({ startedAt, nextAt }: Answered): boolean =>
      this.kills.some((at) => startedAt <= at && at <= nextAt);
    return new Set(this.answered.filter(isCut).flatMap(({ from, to }) => written.slice(from, to)));
  }

  private settle({ outcome, at }: RequestRecord, nextAt: number): void {
    const messages = Number(/^ok, (\d+) messages$/.exec(outcome)?.[1] ?? 0);
    if (messages === 0) return;
    const from = this.sent;
    this.sent += messages;
    this.answered.push({ from, to: this.sent, startedAt: at, nextAt });
  }

  private look(): void {
    const polls = this.emulator.polls(this.bot.ilink_bot_id);
    this.mostAtOnce = Math.max(this.mostAtOnce, polls);
    if (polls > 0) return void (this.noneSince = undefined);
    this.noneSince ??= Date.now();
    this.longestMs = Math.max(this.longestMs, Date.now() - this.noneSince);
  }
}
