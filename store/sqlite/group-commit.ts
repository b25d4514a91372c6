/** One of those that are written together. */
interface Member {
  action: () => unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/** About 2 ms of small writes. */
const MOST_TOGETHER = 200;

/**
 * Writes what comes in one turn of the event loop in one transaction: most of the time of a small transaction goes into its begin and its end.
 * Each of them is done or not done as if it were alone.
 */
export class GroupCommit {
  private members: Member[] = [];

  /**
   * @param tryAll runs an action in one transaction now; says whether that was done, and what the action gave
   * @param alone runs an action in a transaction of its own, when that can be done
   */
  constructor(
    private readonly tryAll: (action: () => unknown[]) => [done: boolean, results: unknown],
    private readonly alone: (action: () => unknown) => Promise<unknown>,
  ) {}

  /** @param action may be run more than once, and has to be short */
  write<Result>(action: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const isFirst = this.members.length === 0;
      this.members.push({ action, resolve: resolve as Member['resolve'], reject });
      if (isFirst) setImmediate(() => this.writeSome());
    });
  }

  /** Writes now what is still to be written. */
  flush(): void {
    while (this.members.length > 0) this.writeSome();
  }

  private writeSome(): void {
    const group = this.members.splice(0, MOST_TOGETHER);
    if (group.length === 0) return;
    if (this.members.length > 0) setImmediate(() => this.writeSome());
    const [done, results] = this.tryAll(() => group.map(({ action }) => action()));
    if (done) return group.forEach(({ resolve }, i) => resolve((results as unknown[])[i]));
    // One of them failed and took the others with it, or the file cannot be had now.
    for (const { action, resolve, reject } of group) this.alone(action).then(resolve, reject);
  }
}
