/** One of those that are written together. */
interface Member {
  action: () => unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/** About 2 ms of small writes. */
const MOST_TOGETHER = 200;

/**
 * Writes what comes in one turn of the event loop in as few transactions as it can: most of the time of a small one goes into its
 * begin and its end. What comes first is written at once, so that whoever is alone waits for nobody; what comes later in the same
 * turn is written at its end. Each is done or not done as if it were alone.
 */
export class GroupCommit {
  private members: Member[] = [];
  private endOfTurn: NodeJS.Immediate | undefined;

  /**
   * @param tryAll runs an action in one transaction now; says whether that was done, and what the action gave
   * @param inTransaction runs an action in a transaction of its own, when that can be done
   * @param alone runs an action that is a transaction by itself, when that can be done
   */
  constructor(
    private readonly tryAll: (action: () => unknown[]) => [done: boolean, results: unknown],
    private readonly inTransaction: <Result>(action: () => Result) => Promise<Result>,
    private readonly alone: <Result>(action: () => Result) => Promise<Result>,
  ) {}

  /**
   * @param action may be run more than once, and has to be short
   * @param byItself does the same where nothing else is to be written, and is a transaction by itself
   */
  write<Result>(action: () => Result, byItself?: () => Result): Promise<Result> {
    if (this.endOfTurn) return this.join(action);
    this.awaitEndOfTurn();
    if (this.members.length === 0) return byItself ? this.alone(byItself) : this.inTransaction(action);
    const result = this.join(action);
    this.writeSome();
    return result;
  }

  /** Is written with the next one, at the end of the turn at the latest. */
  join<Result>(action: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.members.push({ action, resolve: resolve as Member['resolve'], reject });
      if (this.members.length === 1 && !this.endOfTurn) setImmediate(() => this.writeSome());
    });
  }

  /** Writes now what is still to be written. */
  flush(): void {
    while (this.members.length > 0) this.writeSome();
  }

  private awaitEndOfTurn(): void {
    this.endOfTurn = setImmediate(() => {
      this.endOfTurn = undefined;
      this.writeSome();
    });
  }

  private writeSome(): void {
    const group = this.members.splice(0, MOST_TOGETHER);
    if (group.length === 0) return;
    if (this.members.length > 0) setImmediate(() => this.writeSome());
    const [done, results] = this.tryAll(() => group.map(({ action }) => action()));
    if (done) return group.forEach(({ resolve }, i) => resolve((results as unknown[])[i]));
    // One of them failed and took the others with it, or the file cannot be had now.
    for (const { action, resolve, reject } of group) this.inTransaction(action).then(resolve, reject);
  }
}
