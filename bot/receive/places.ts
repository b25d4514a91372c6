import type { Clock } from '../../ilink/clock';

/** The places in which messages are under way, and who has how many of them. */
export class Places {
  private taken = 0;
  private readonly ofUser = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  isFull(limit: number): boolean {
    return this.taken >= limit;
  }

  /** One user may take half of the places at the most: a slow conversation must not hold up everybody else. */
  hasEnough(userId: string, limit: number): boolean {
    return (this.ofUser.get(userId) ?? 0) >= Math.max(1, Math.floor(limit / 2));
  }

  /**
   * Takes a place for a message of `userId`.
   *
   * @param forMs for how long at the most, in milliseconds; without it until it is given back
   * @param onFree told once, when the place is free again
   * @returns gives it back
   */
  take(userId: string, forMs: number | undefined, onFree: () => void): () => void {
    this.change(userId, 1);
    let isTaken = true;
    let cancel = (): void => undefined;
    const free = (): void => {
      if (!isTaken) return;
      isTaken = false;
      cancel();
      this.change(userId, -1);
      onFree();
    };
    if (forMs !== undefined) cancel = this.clock.after(forMs, free, true);
    return free;
  }

  private change(userId: string, by: 1 | -1): void {
    this.taken += by;
    const now = (this.ofUser.get(userId) ?? 0) + by;
    if (now > 0) this.ofUser.set(userId, now);
    else this.ofUser.delete(userId);
  }
}
