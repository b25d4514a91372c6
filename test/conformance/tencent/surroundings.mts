/** What the child changes about the world that Tencent's client runs in: the network, some pauses, the clock. */

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Puts a wrapper around the global fetch, which is all the client calls the network with. An origin in `routes` goes
 * to the loopback origin that stands in for it; any other address must be loopback already.
 *
 * @param onViolation hears of every other address. The client swallows some network errors (a login poll that fails
 *   counts as `wait`), so throwing alone could pass unnoticed.
 */
export function confineFetch(routes: Record<string, string>, onViolation: (url: string) => void): void {
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const asked = new URL(String(input));
    const standIn = routes[asked.origin];
    const target = standIn ? new URL(asked.pathname + asked.search, standIn) : asked;
    if (!LOOPBACK.has(target.hostname)) {
      onViolation(asked.origin + asked.pathname);
      throw new TypeError(`Only loopback is ever contacted, not ${asked.origin}`);
    }
    return realFetch(target, { ...init, redirect: 'error' });
  };
}

/**
 * Cuts some of the client's pauses. Only timers of exactly these lengths are touched, so its time limits (10, 15,
 * 35 s, or what the server announced) stay what they are. The client pauses 1000 ms between two status polls of a login
 * and 2000 ms before it repeats a failed getupdates; nothing on the wire depends on either.
 */
export function shortenPauses({ from, to }: { from: number[]; to: number }): void {
  const realSetTimeout = globalThis.setTimeout;
  const shortened = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
    realSetTimeout(run, ms !== undefined && from.includes(ms) ? to : ms, ...args);
  globalThis.setTimeout = Object.assign(shortened, realSetTimeout) as typeof setTimeout;
}

/** Makes Date.now movable. Returns the function that moves it forward. */
export function movableClock(): (ms: number) => void {
  const realNow = Date.now;
  let aheadMs = 0;
  Date.now = () => realNow() + aheadMs;
  return (ms) => {
    aheadMs += ms;
  };
}

/** Ms since the epoch with fractions, comparable with the same expression in another process of this machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
