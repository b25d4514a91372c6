import type { Clock } from '../../ilink/clock';

/** "Typing…" that stays for a second after the answer is not noticed beside the answer. */
const LOOK_MS = 700;

export interface AnsweredElsewhereDeps {
  /** Whether other processes send for this bot. */
  mayBe: () => Promise<boolean>;
  /** How many messages the user was sent since they wrote, by whichever process; nothing when that is not known. */
  sentTo: (userId: string) => Promise<number | undefined>;
  /** For whom typing is kept alive here. */
  held: () => string[];
  /** Another process may have sent them a message. */
  answered: (userId: string) => void;
  clock: Clock;
}

/** Looks whether another process has sent a message to somebody for whom this one shows "typing…", as long as it does. */
export class AnsweredElsewhere {
  private readonly counts = new Map<string, number>();
  private looking = false;

  constructor(private readonly deps: AnsweredElsewhereDeps) {}

  /** Typing is kept alive for one more. Returns at once. */
  watch(): void {
    if (this.looking) return;
    this.looking = true;
    void this.begin().catch(() => (this.looking = false));
  }

  private async begin(): Promise<void> {
    if (await this.deps.mayBe()) await this.look();
    else this.looking = false;
  }

  private async look(): Promise<void> {
    const { held, clock } = this.deps;
    const users = held();
    for (const userId of this.counts.keys()) if (!users.includes(userId)) this.counts.delete(userId);
    for (const userId of users) await this.lookAt(userId);
    this.looking = held().length > 0;
    // An ornament: a store that fails is said by whoever needs it.
    if (this.looking) clock.after(LOOK_MS, () => void this.look().catch(() => (this.looking = false)), true);
  }

  private async lookAt(userId: string): Promise<void> {
    const count = await this.deps.sentTo(userId);
    const before = this.counts.get(userId);
    if (count === undefined) return;
    this.counts.set(userId, count);
    // It begins anew when the user writes.
    if (before !== undefined && count > before) this.deps.answered(userId);
  }
}
