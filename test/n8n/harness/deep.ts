/**
 * Every text that can be found in a value: properties (also the hidden ones), causes, keys, buffers. For the search for
 * what must not be there.
 */
export function everyTextIn(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value !== 'object' || value === null) return `${String(value)}\n`;
  if (seen.has(value)) return '';
  seen.add(value);
  if (Buffer.isBuffer(value)) return `${value.toString('utf8')}\n${value.toString('base64')}\n`;
  const entries = value instanceof Map ? [...value] : [];
  const own = Reflect.ownKeys(value).flatMap((key) => [
    key.toString(),
    (value as Record<PropertyKey, unknown>)[key],
  ]);
  return [...own, ...entries.flat()].map((part) => everyTextIn(part, seen)).join('');
}
