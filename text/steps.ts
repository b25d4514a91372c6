/**
 * Runs work that is cut into steps, and rests whenever it has worked for a while, so that others on the thread can work.
 *
 * @param rest resolves when the work may go on
 * @param sliceMs how long to work without a rest
 */
export async function finishInSlices<Result>(
  steps: Generator<void, Result>,
  { now, rest, sliceMs }: { now: () => number; rest: () => Promise<void>; sliceMs: number },
): Promise<Result> {
  for (let started = now(); ;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (now() - started < sliceMs) continue;
    await rest();
    started = now();
  }
}
