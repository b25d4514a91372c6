/**
 * Waits until `condition` holds, looking again after every turn of the event loop: for what happens on the other side of a
 * real connection. Fails after `timeoutMs`; how long it takes is never part of what is tested.
 */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 5_000,
): Promise<void> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > timeoutMs)
      throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}`);
    await nextTurn();
  }
}

/** Lets everything that is ready happen, input and output included. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
