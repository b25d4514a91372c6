/** Work that is done in small steps: whoever drives it decides what happens between two of them. */
export type Steps<Result> = Generator<void, Result>;

/** Takes all steps at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Takes the steps with `between` after each of them. */
export async function stepwise<Result>(
  steps: Steps<Result>,
  between: () => Promise<void> = breathe,
): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await between();
  }
}

/** Lets everything else that is ready happen first. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits on the machine's own clock. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
