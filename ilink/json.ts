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
export function parseLossless(text: string): Json {
  return JSON.parse(text, keepExactNumber as Parameters<typeof JSON.parse>[1]) as Json;
}

function keepExactNumber(key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  const mustBeText = ID_FIELDS.has(key) || !Number.isSafeInteger(value);
  return mustBeText && INTEGER.test(context.source) ? context.source : value;
}

/** A value as JSON has it. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object; an empty one in place of anything else. */
export function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The text; nothing in place of an empty one and of anything else. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The number; nothing in place of one that is not finite and of anything else. */
export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Without the properties that are undefined. */
export function defined<Facts extends object>(
  facts: Facts,
): { [Name in keyof Facts]?: Exclude<Facts[Name], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;
}
