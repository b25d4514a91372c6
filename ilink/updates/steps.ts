/** Work that yields now and then, so that whatever else the process does can go on in between. */
export type Steps<Result> = Generator<void, Result, void>;

/** Runs `steps` to the end; what needs no more than one step runs at once. */
export async function inSteps<Result>(steps: Steps<Result>): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
