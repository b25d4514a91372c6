import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

/**
 * A JavaScript value as node-sqlite3 binds it (statement.cc, `BindParameter`): 32-bit integers as INTEGER, other numbers as
 * REAL, booleans as 0 and 1, dates as milliseconds in REAL, other objects as the text `[object Object]`. node:sqlite binds
 * every number as REAL, which a TEXT column would keep as "5.0", so integers go in as bigint.
 */
export function toSql(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number')
    return Number.isInteger(value) && (value | 0) === value ? BigInt(value) : value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) return value.getTime();
  if (value instanceof RegExp) return value.toString();
  return '[object Object]';
}

/** A value from the database as node-sqlite3 returns it: every INTEGER a number, every BLOB a Buffer. */
export function fromSql(value: SQLOutputValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
}

/** A row as a plain object; node:sqlite's rows have no prototype. */
export function fromRow(row: Record<string, SQLOutputValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, fromSql(value)]));
}

export interface Arguments {
  positional: SQLInputValue[];
  named?: Record<string, SQLInputValue>;
  callback?: (this: unknown, error: Error | null, ...results: unknown[]) => void;
}

/** `(sql, params?, callback?)`: parameters are an array, an object with names, or the values one by one. */
export function parseArguments(args: unknown[]): Arguments {
  const last = args.at(-1);
  const callback = typeof last === 'function' ? (last as Arguments['callback']) : undefined;
  const params = callback ? args.slice(0, -1) : args;
  const first = params[0];
  if (first === undefined && params.length <= 1) return { positional: [], callback };
  if (Array.isArray(first)) return { positional: first.map(toSql), callback };
  if (isNamed(first)) {
    const named = Object.fromEntries(Object.entries(first).map(([name, value]) => [name, toSql(value)]));
    return { positional: [], named, callback };
  }
  return { positional: params.map(toSql), callback };
}

function isNamed(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return !(value instanceof Uint8Array || value instanceof Date || value instanceof RegExp);
}
