import { createHash } from 'node:crypto';

import type { PoolClient, QueryResult } from 'pg';

import { inSchema, storable, type Value } from './sql';

/** What PostgreSQL, or a pooler before it, says of a prepared statement that it does not know, knows otherwise, or cannot use. */
const NOT_PREPARED: ReadonlySet<unknown> = new Set(['26000', '42P05', '0A000']);

/**
 * Sends statements to a connection. Each is prepared once, which saves the server most of its work; where a pooler gives every
 * transaction another connection and does not know of that, no more is prepared.
 */
export class Statements {
  private prepares = true;
  private readonly known = new Map<string, { name: string; text: string }>();

  constructor(private readonly schema: string) {}

  query(client: PoolClient, sql: string, values: Value[]): Promise<QueryResult> {
    const { name, text } = this.of(sql);
    // Without values it may be several statements, which cannot be prepared.
    if (values.length === 0) return client.query(text);
    return client.query({ text, values: values.map(storable), ...(this.prepares && { name }) });
  }

  /** @returns whether the same will work without being prepared, which nothing is any more */
  giveUpPreparing(error: unknown): boolean {
    if (!this.prepares || !NOT_PREPARED.has((Object(error) as { code?: unknown }).code)) return false;
    this.prepares = false;
    return true;
  }

  private of(sql: string): { name: string; text: string } {
    const found = this.known.get(sql);
    if (found) return found;
    const text = inSchema(this.schema, sql);
    const name = `wechat_ilink_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    const made = { name, text };
    this.known.set(sql, made);
    return made;
  }
}
