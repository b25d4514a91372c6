import type { News } from '../store';

type Row = Record<string, unknown>;
export type Value = string | number | boolean | null | Uint8Array | readonly unknown[];

/** Statements on one connection, or each on any. What is asked for together goes out together. */
export interface Sql {
  /** The first row, if there is one. */
  get<Result = Row>(sql: string, ...values: Value[]): Promise<Result | undefined>;
  /** All rows. */
  all<Result = Row>(sql: string, ...values: Value[]): Promise<Result[]>;
  /** @returns how many rows it wrote */
  run(sql: string, ...values: Value[]): Promise<number>;
}

/** What was done for a bot. */
export interface NewsItem {
  bot: string;
  news: News;
}

/** A transaction under way. */
export interface Transaction extends Sql {
  /** A statement whose result nobody needs. It goes out with what follows; when it fails, the transaction does. */
  write(sql: string, ...values: Value[]): void;
  /** When it is committed, the other processes hear that something is new, and what, when a bot waits for it. */
  announce(item?: NewsItem): void;
}

export interface TransactionOptions {
  /** Whether it has to be on the disk when this is resolved, and not only safe from a crash of this process. */
  durable?: boolean;
  /** Whether nothing else of the store may be written meanwhile. For moments only. */
  alone?: boolean;
}

/** The schema for which statements are written. */
export const SCHEMA = 'wechat_ilink';
/** In the WHERE of a statement of its own: its commit is not waited for. What is lost with the server is done again. */
export const LATER = "(SELECT set_config('synchronous_commit', 'off', true)) = 'off'";

/** A statement for another schema. */
export function inSchema(schema: string, sql: string): string {
  if (schema === SCHEMA) return sql;
  return sql.replaceAll(`${SCHEMA}.`, `${schema}.`).replace(`SCHEMA ${SCHEMA}`, `SCHEMA ${schema}`);
}

/** PostgreSQL keeps no character 0 in a text. */
export function storable(value: Value): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  return Array.isArray(value) ? value.map((item) => storable(item as Value)) : value;
}
