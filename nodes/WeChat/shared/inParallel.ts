/**
 * Does the same with several inputs, some at once. When one fails, the others are told to stop, and all are over before this
 * rejects.
 *
 * @param limit how many at once
 * @param action gets a signal that aborts with `outer`, and when another one failed
 * @returns the results in the order of the inputs
 * @throws what the first one that failed threw
 */
export async function inParallel<Input, Result>(
  inputs: readonly Input[],
  limit: number,
  action: (input: Input, signal: AbortSignal) => Promise<Result>,
  outer?: AbortSignal,
): Promise<Result[]> {
  const others = new AbortController();
  const signal = outer ? AbortSignal.any([outer, others.signal]) : others.signal;
  const results: Result[] = [];
  let failure: { error: unknown } | undefined;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < inputs.length && !failure) {
      const index = next++;
      try {
        results[index] = await action(inputs[index]!, signal);
      } catch (error) {
        failure ??= { error };
        others.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, inputs.length) }, work));
  if (failure) throw failure.error;
  return results;
}
