/** Fields that hold a uint64 on the wire. They are always text here, also while they are small. */
const ID_FIELDS: ReadonlySet<string> = new Set(['message_id', 'msg_id', 'svr_id']);

const INTEGER = /^-?\d+$/;

/**
 * Parses a reply of the iLink API without rounding its numbers: ids become strings with their exact digits, and so does
 * every other whole number that a JavaScript number cannot hold.
 *
 * Uses the source text that JSON.parse hands to its reviver (V8 11.4 and later), so no parser of our own is needed.
 *
 * @throws SyntaxError when `text` is not JSON
 */
export function parseLossless(text: string): unknown {
  return JSON.parse(text, keepExactNumber as Parameters<typeof JSON.parse>[1]);
}

function keepExactNumber(key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  const mustBeText = ID_FIELDS.has(key) || !Number.isSafeInteger(value);
  return mustBeText && INTEGER.test(context.source) ? context.source : value;
}
