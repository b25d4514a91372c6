import { EventEmitter } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { toSqlite3Error } from './errors';
import { fromRow, parseArguments, type Arguments } from './values';

export const OPEN_FLAGS = {
  OPEN_READONLY: 0x1,
  OPEN_READWRITE: 0x2,
  OPEN_CREATE: 0x4,
  OPEN_URI: 0x40,
  OPEN_FULLMUTEX: 0x10000,
  OPEN_SHAREDCACHE: 0x20000,
  OPEN_PRIVATECACHE: 0x40000,
} as const;

/** node-sqlite3's own busy timeout until somebody sets another. */
const BUSY_TIMEOUT_MS = 1_000;

type Callback = (this: unknown, error: Error | null, ...results: unknown[]) => void;
type Work = (database: DatabaseSync, args: Arguments) => { self?: object; results: unknown[] };

/**
 * node-sqlite3's Database on top of node:sqlite. Statements run at once and in order; only the callbacks come later, so the
 * order that node-sqlite3 gives inside one connection holds here too.
 */
export class Database extends EventEmitter {
  private readonly inner: DatabaseSync | undefined;

  constructor(filename: string, modeOrCallback?: number | Callback, maybeCallback?: Callback) {
    super();
    const mode = typeof modeOrCallback === 'number' ? modeOrCallback : 0;
    const callback = typeof modeOrCallback === 'function' ? modeOrCallback : maybeCallback;
    try {
      this.inner = new DatabaseSync(filename, {
        readOnly: (mode & OPEN_FLAGS.OPEN_READONLY) !== 0,
        // SQLite's own defaults, which node-sqlite3 keeps and node:sqlite turns round.
        enableForeignKeyConstraints: false,
        enableDoubleQuotedStringLiterals: true,
        // An n8n migration writes to sqlite_master (MakeStoppedAtNullable).
        defensive: false,
        timeout: BUSY_TIMEOUT_MS,
      });
      this.answer(callback, this, null, []);
      setImmediate(() => this.emit('open'));
    } catch (error) {
      this.answer(callback, this, toSqlite3Error(error), []);
    }
  }

  /** Runs one statement; the callback's `this` carries `lastID` and `changes`. */
  run(sql: string, ...args: unknown[]): this {
    return this.perform(args, (database, { positional, named }) => {
      const statement = database.prepare(sql);
      const { changes, lastInsertRowid } = named
        ? statement.run(named, ...positional)
        : statement.run(...positional);
      return { self: { lastID: Number(lastInsertRowid), changes: Number(changes) }, results: [] };
    });
  }

  all(sql: string, ...args: unknown[]): this {
    return this.perform(args, (database, parsed) => ({ results: [readRows(database, sql, parsed)] }));
  }

  get(sql: string, ...args: unknown[]): this {
    return this.perform(args, (database, parsed) => ({ results: [readRows(database, sql, parsed)[0]] }));
  }

  exec(sql: string, callback?: Callback): this {
    return this.perform(callback ? [callback] : [], (database) => {
      database.exec(sql);
      return { results: [] };
    });
  }

  close(callback?: Callback): void {
    this.perform(callback ? [callback] : [], (database) => {
      database.close();
      setImmediate(() => this.emit('close'));
      return { results: [] };
    });
  }

  configure(option: string, value: number): void {
    if (option === 'busyTimeout') this.inner?.exec(`PRAGMA busy_timeout = ${Number(value)}`);
  }

  serialize(callback?: () => void): void {
    callback?.();
  }

  parallelize(callback?: () => void): void {
    callback?.();
  }

  private perform(args: unknown[], work: Work): this {
    const parsed = parseArguments(args);
    try {
      if (!this.inner?.isOpen) throw new Error('Database is closed');
      const { self, results } = work(this.inner, parsed);
      this.answer(parsed.callback, self ?? {}, null, results);
    } catch (error) {
      this.answer(parsed.callback, this, toSqlite3Error(error), []);
    }
    return this;
  }

  private answer(
    callback: Callback | undefined,
    self: object,
    error: Error | null,
    results: unknown[],
  ): void {
    setImmediate(() => {
      if (callback) callback.call(self, error, ...results);
      else if (error) this.emit('error', error);
    });
  }
}

function readRows(database: DatabaseSync, sql: string, { positional, named }: Arguments): unknown[] {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true); // a number beyond 2^53 would throw
  const rows = named ? statement.all(named, ...positional) : statement.all(...positional);
  return rows.map(fromRow);
}
