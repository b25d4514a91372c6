/** A server that asks for more is not believed: what waits would look lost. */
const LONGEST_MS = 3_600_000;

type Headers = Record<string, string | string[] | undefined>;

/**
 * How long a server asks to be left alone with `Retry-After` (RFC 9110, 10.2.3): seconds, or a date, which is compared with the
 * server's own clock.
 *
 * @returns milliseconds, at most an hour; nothing when it does not say so in a form that can be read
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = first(headers['retry-after']);
  if (value === undefined) return undefined;
  const isSeconds = /^\s*\d+(\.\d+)?\s*$/.test(value);
  const waitMs = isSeconds
    ? Number(value) * 1_000
    : Date.parse(value) - Date.parse(first(headers['date']) ?? '');
  return waitMs > 0 ? Math.min(waitMs, LONGEST_MS) : undefined;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
