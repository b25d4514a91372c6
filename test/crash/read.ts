import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/**
 * Longer than any process keeps a file to itself: SQLite does that while it reads the log that a kill left behind, and
 * node:sqlite waits for nobody unless it is told to.
 */
const BUSY_LIMIT_MS = 10_000;

/** All rows of a query on an SQLite file that another process may be starting on, or writing to. */
export function readRows<Row>(path: string, sql: string, ...values: SQLInputValue[]): Row[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_LIMIT_MS });
  try {
    return database.prepare(sql).all(...values) as Row[];
  } finally {
    database.close();
  }
}
