import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

type Row = Record<string, unknown>;

/** A connection to SQLite with its statements prepared once, and transactions that roll back when they fail. */
export class Database {
  private readonly statements = new Map<string, StatementSync>();
  private synchronous = '';

  constructor(private connection: DatabaseSync) {}

  /** The first row, if there is one. */
  get<Result = Row>(sql: string, ...values: SQLInputValue[]): Result | undefined {
    return this.prepare(sql).get(...values) as Result | undefined;
  }

  /** All rows. */
  all<Result = Row>(sql: string, ...values: SQLInputValue[]): Result[] {
    return this.prepare(sql).all(...values) as Result[];
  }

  /** Runs one statement; gives how many rows changed and the id of the last one inserted. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastId: number } {
    const { changes, lastInsertRowid } = this.prepare(sql).run(...values);
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  /** Runs statements without values or results. */
  exec(sql: string): void {
    this.connection.exec(sql);
  }

  /**
   * Runs `action` in one transaction: all of it happens or nothing. It takes the write lock at once, because a reader that
   * becomes a writer later can fail with SQLITE_BUSY.
   *
   * @param durable whether it has to be on the disk when this returns, and not only safe from a crash of the process
   */
  transaction<Result>(action: () => Result, durable = false): Result {
    this.syncAs(durable ? 'FULL' : 'NORMAL');
    this.run('BEGIN IMMEDIATE');
    try {
      const result = action();
      this.run('COMMIT');
      return result;
    } catch (error) {
      // A full disk makes SQLite roll back by itself, and then there is nothing left to roll back.
      if (this.connection.isTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }

  /** Runs one statement that writes, which is a transaction of its own, and gives the first row that it returns. */
  write<Result = Row>(sql: string, ...values: SQLInputValue[]): Result | undefined {
    this.syncAs('NORMAL');
    return this.get<Result>(sql, ...values);
  }

  /** From now on this is what `other` was, and what this was is closed. */
  become(other: Database): void {
    this.close();
    this.connection = other.connection;
    this.synchronous = other.synchronous;
    other.statements.clear();
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }

  /** How far a commit goes: to the disk, or as far as a crash of the process needs. */
  private syncAs(mode: 'FULL' | 'NORMAL'): void {
    if (this.synchronous !== mode) this.exec(`PRAGMA synchronous = ${mode}`);
    this.synchronous = mode;
  }

  private prepare(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.connection.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }
}
