/** Runs what has the same key one after another, in the order of the calls; different keys do not wait for each other. */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<void>>();

  /** @returns what `action` gives, once everything before it of its key has ended, however it ended */
  run<Result>(key: string, action: () => Promise<Result>): Promise<Result> {
    const before = this.tails.get(key);
    const result = before ? before.then(action) : action();
    const leave = (): void => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    };
    const tail: Promise<void> = result.then(leave, leave);
    this.tails.set(key, tail);
    return result;
  }

  /** How many keys have something under way. */
  get size(): number {
    return this.tails.size;
  }
}
