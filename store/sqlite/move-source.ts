import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

import { MOVE_FOREIGN, MOVE_IN_USE, MOVE_OLDER, moveError, type MoveSide } from '../move/move';
import type { Kind, MovedRow, MovedTable, MovedValue } from '../move/tables';
import { STORE_NEWER } from '../store';
import { APPLICATION_ID, MIGRATIONS } from './schema';

/** A heartbeat counts for 12 s at the most; what is later comes from a clock that was set back since. */
const LONGEST_LIFE_MS = 12_000;
const BUSY_MS = 5_000;

/** The file of {@link SqliteStore}, to be read from while nobody writes to it. */
export class SqliteMoveSource implements MoveSide {
  private constructor(private readonly database: DatabaseSync) {}

  /**
   * Opens a file, and keeps everybody else from writing to it until it is closed.
   *
   * @param now milliseconds since 1970
   * @throws Error with a code of move.ts or of store.ts
   */
  static open(path: string, now: number): SqliteMoveSource {
    if (!existsSync(path)) throw Object.assign(moveError('ENOENT'), { path });
    const database = new DatabaseSync(path, { timeout: BUSY_MS });
    try {
      checkFile(database, now);
      database.exec('BEGIN IMMEDIATE');
      return new SqliteMoveSource(database);
    } catch (error) {
      database.close();
      throw isBusy(error) ? moveError(MOVE_IN_USE) : error;
    }
  }

  page(table: MovedTable, after: MovedRow | undefined, limit: number): Promise<MovedRow[]> {
    const { name, key, columns } = table;
    const places = key.map(() => '?').join(', ');
    const where = after ? `WHERE (${key.join(', ')}) > (${places})` : '';
    const sql = `SELECT ${Object.keys(columns).join(', ')} FROM ${name} ${where} ORDER BY ${key.join(', ')} LIMIT ?`;
    const rows = this.database.prepare(sql).all(...((after ?? []) as SQLInputValue[]), limit);
    return Promise.resolve(rows.map((row) => movedRow(row, columns)));
  }

  count({ name }: MovedTable): Promise<number> {
    const row = this.database.prepare(`SELECT count(*) AS n FROM ${name}`).get();
    return Promise.resolve(Number(row?.n));
  }

  close(): void {
    this.database.close();
  }
}

function checkFile(database: DatabaseSync, now: number): void {
  const of = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0]);
  if (of('PRAGMA application_id') !== APPLICATION_ID) throw moveError(MOVE_FOREIGN);
  const steps = of('PRAGMA user_version');
  if (steps > MIGRATIONS.length) throw moveError(STORE_NEWER);
  if (steps < MIGRATIONS.length) throw moveError(MOVE_OLDER);
  const alive = database.prepare(
    'SELECT count(*) AS n FROM owners WHERE alive_until > ? AND alive_until <= ?',
  );
  if (Number(alive.get(now, now + LONGEST_LIFE_MS)?.n) > 0) throw moveError(MOVE_IN_USE);
}

function movedRow(row: Record<string, unknown>, columns: Readonly<Record<string, Kind>>): MovedRow {
  return Object.entries(columns).map(([column, kind]) => movedValue(row[column], kind));
}

function movedValue(value: unknown, kind: Kind): MovedValue {
  if (value === null) return null;
  if (kind === 'boolean') return value !== 0;
  if (kind === 'bytes') return Buffer.from(value as Uint8Array).toString('hex');
  return value as string | number;
}

function isBusy(error: unknown): boolean {
  return /locked|busy/i.test(String(Object(error).message));
}
