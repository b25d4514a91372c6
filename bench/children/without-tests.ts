/** What the parts of the test harness that stand in for n8n expect of the one who runs tests. Has to be imported before them. */
export const atTheEnd: Array<() => void> = [];

(globalThis as { afterAll?: unknown }).afterAll = (action: () => void) => void atTheEnd.push(action);
