import { DatabaseSync, StatementSync } from 'node:sqlite';

/** A transaction that was committed, on whichever connection. */
export interface Commit {
  /** The tables that it wrote. */
  tables: string[];
  /** Whether SQLite had to wait for the disk before it said that it was done. */
  synced: boolean;
}

/** `PRAGMA synchronous`: 1 NORMAL, where a power cut may take the last commits, 2 FULL, 3 EXTRA. */
const FULL = 2;
const WRITES = /^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+(\w+)/i;

/**
 * Watches every commit of this process from outside of the store, on the connection itself: what the store believes to have asked
 * for does not count. jest's `restoreAllMocks` ends it.
 */
export function watchCommits(): Commit[] {
  const commits: Commit[] = [];
  const connections = new WeakMap<StatementSync, DatabaseSync>();
  const open = new WeakMap<DatabaseSync, string[]>();

  const { prepare } = DatabaseSync.prototype;
  jest.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, ...args) {
    const statement = prepare.apply(this, args);
    connections.set(statement, this);
    return statement;
  });
  const note = (statement: StatementSync): void => {
    const connection = connections.get(statement);
    if (!connection) return;
    const { sourceSQL } = statement;
    if (sourceSQL.startsWith('BEGIN')) open.set(connection, []);
    const [, table] = WRITES.exec(sourceSQL) ?? [];
    if (table !== undefined) open.get(connection)?.push(table);
    if (sourceSQL !== 'COMMIT') return;
    const mode = prepare.call(connection, 'PRAGMA synchronous').get() as { synchronous: number };
    commits.push({ tables: open.get(connection) ?? [], synced: mode.synchronous >= FULL });
  };
  for (const name of ['run', 'get', 'all'] as const) {
    const original = StatementSync.prototype[name] as (...values: unknown[]) => unknown;
    jest.spyOn(StatementSync.prototype, name).mockImplementation(function (
      this: StatementSync,
      ...values: unknown[]
    ) {
      note(this);
      return original.apply(this, values) as never;
    });
  }
  return commits;
}
