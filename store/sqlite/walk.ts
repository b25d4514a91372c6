import type { SQLInputValue } from 'node:sqlite';

import type { Access } from './access';
import { breathe, pause } from './steps';

/** Rows that are deleted at once. */
export const FEW = 50;
/** Rows that are passed over at once where each has to be read. */
const PASSED = 200;
/** Rows that are counted or passed over at once; they are in an index. */
const MANY = 2_000;
/** Of the time, this share is left to everybody else. */
const REST = 3;
const SHORTEST_PAUSE_MS = 4;

/**
 * Long work on the file in small steps, each with a pause three times as long after it: the thread has other work, and other
 * processes want to write, too.
 */
export class Walk {
  private owedMs = 0;

  constructor(private readonly access: Access) {}

  /** One step that reads. */
  read<Result>(action: () => Result): Promise<Result> {
    return this.step(() => this.access.read(action));
  }

  /** One step that writes. */
  write<Result>(action: () => Result): Promise<Result> {
    return this.step(() => this.access.write(action));
  }

  /** Repeats a step that deletes, until there is nothing more. @returns how many rows went */
  async deleteAll(few: () => number): Promise<number> {
    let all = 0;
    for (;;) {
      const gone = await this.write(few);
      all += gone;
      if (gone === 0) return all;
    }
  }

  /**
   * Passes over all rows of a table without an index for what is wanted, in the order of its key, and deletes those that are.
   *
   * @param where a condition with a `?` for each of the values
   */
  async deleteAmong(table: string, key: string, where: string, ...values: SQLInputValue[]): Promise<void> {
    const { database } = this.access;
    const page = `SELECT max(last) AS last FROM (SELECT ${key} AS last FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ${PASSED})`;
    const sql = `DELETE FROM ${table} WHERE ${key} > ? AND ${key} <= ? AND ${where}`;
    for (let after: string | null = ''; after !== null;) {
      const from: string = after;
      after = await this.write(() => {
        const { last } = database.get<{ last: string | null }>(page, from)!;
        if (last !== null) database.run(sql, from, last, ...values);
        return last;
      });
    }
  }

  /** The different values of the first column of an index, each found by a look into it. */
  async distinct(table: string, column: string): Promise<string[]> {
    const sql = `SELECT ${column} AS value FROM ${table} WHERE ${column} > ? ORDER BY ${column} LIMIT 1`;
    const values: string[] = [];
    for (;;) {
      const row = await this.read(() =>
        this.access.database.get<{ value: string }>(sql, values.at(-1) ?? ''),
      );
      if (!row) return values;
      values.push(row.value);
    }
  }

  /**
   * Counts the rows in which `column` has a value, along an index that goes on with `order`.
   *
   * @param enough where it ends to count
   */
  async count(
    table: string,
    column: string,
    order: string,
    value: string,
    enough = Infinity,
  ): Promise<number> {
    const { database } = this.access;
    const rows = `FROM ${table} WHERE ${column} = ? AND ${order} > ? ORDER BY ${order} LIMIT`;
    let after: SQLInputValue =
      typeof (await this.first(table, order)) === 'string' ? '' : Number.MIN_SAFE_INTEGER;
    for (let counted = 0; ; counted += MANY) {
      if (counted >= enough) return counted;
      const from: SQLInputValue = after;
      const next: { at: SQLInputValue } | undefined = await this.read(() =>
        database.get<{ at: SQLInputValue }>(
          `SELECT ${order} AS at ${rows} 1 OFFSET ${MANY - 1}`,
          value,
          from,
        ),
      );
      if (next) {
        after = next.at;
        continue;
      }
      const sql = `SELECT count(*) AS n FROM (SELECT 1 ${rows} ${MANY})`;
      const rest = await this.read(() => database.get<{ n: number }>(sql, value, from));
      return counted + rest!.n;
    }
  }

  /**
   * Down from the newest: the number of the first row that is too many.
   *
   * @returns nothing when there are not that many
   */
  async numberBelow(table: string, number: string, bot: string, most: number): Promise<number | undefined> {
    const sql = `SELECT ${number} AS at FROM ${table} WHERE bot = ? AND ${number} < ? ORDER BY ${number} DESC
      LIMIT 1 OFFSET ?`;
    let at = Number.MAX_SAFE_INTEGER;
    for (let left = most + 1; left > 0; left -= MANY) {
      const from = at;
      const skipped = Math.min(left, MANY) - 1;
      const row = await this.read(() => this.access.database.get<{ at: number }>(sql, bot, from, skipped));
      if (!row) return undefined;
      at = row.at;
    }
    return at;
  }

  private async first(table: string, column: string): Promise<unknown> {
    const sql = `SELECT ${column} AS value FROM ${table} LIMIT 1`;
    return (await this.read(() => this.access.database.get<{ value: unknown }>(sql)))?.value;
  }

  private async step<Result>(action: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const result = await action();
    this.owedMs += REST * (performance.now() - startedAt);
    if (this.owedMs < SHORTEST_PAUSE_MS) await breathe();
    else {
      await pause(this.owedMs);
      this.owedMs = 0;
    }
    return result;
  }
}
