import type { SQLInputValue } from 'node:sqlite';

import type { Database } from './database';
import { columnsOfTables } from './schema';
import type { Steps } from './steps';

/** What was carried over from a file that cannot be used any more. */
export interface Saved {
  rows: number;
  /** The tables of which something could not be read. */
  incomplete: string[];
}

type Row = Record<string, SQLInputValue>;

/** What is read at once; a step takes a few milliseconds. */
const PAGE = 200;
/** Numbers are skipped in this many at first, where nothing can be read. */
const FIRST_WINDOW = 256;
/** These hold JSON, and whoever reads them relies on that. */
const JSON_COLUMNS = ['body', 'item', 'state'];

/**
 * Copies every row that can be read from a damaged file into a new one, table by table and around what is damaged.
 *
 * @param now milliseconds since 1970. Numbers go on from there when it cannot be read how far they had come, because none may
 *   be given twice
 */
export function* salvage(source: Database, target: Database, now: number): Steps<Saved> {
  const saved: Saved = { rows: 0, incomplete: [] };
  for (const table of columnsOfTables().keys()) {
    const copy = new TableCopy(source, target, table);
    yield* copy.all();
    saved.rows += copy.rows;
    if (copy.incomplete) saved.incomplete.push(table);
  }
  if (saved.incomplete.includes('logins')) target.transaction(() => target.run(TOKENS_OF_CONVERSATIONS));
  goOnCounting(source, target, saved, now);
  return saved;
}

/** Of a file that is no database nothing can be read; but its numbers may be known elsewhere. */
export function startCounting(target: Database, now: number): Saved {
  const saved = { rows: 0, incomplete: [...columnsOfTables().keys()] };
  goOnCounting(target, target, saved, now);
  return saved;
}

function goOnCounting(source: Database, target: Database, { incomplete }: Saved, now: number): void {
  const sql = `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'`;
  target.transaction(() => {
    for (const { name } of target.all<{ name: string }>(sql)) {
      const reached = attempt(() => sequenceOf(source, name)) ?? (incomplete.includes(name) ? now : 0);
      const number = Math.max(reached, sequenceOf(target, name) ?? 0);
      target.run('DELETE FROM sqlite_sequence WHERE name = ?', name);
      target.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', name, number);
    }
  });
}

function sequenceOf(database: Database, table: string): number | undefined {
  return database.get<{ seq: number }>('SELECT seq FROM sqlite_sequence WHERE name = ?', table)?.seq;
}

/** What is about a message of which nothing is left is of no use. */
const ABOUT_A_MESSAGE: readonly string[] = ['deliveries', 'unclaimed', 'message_ids'];

/**
 * What a token opens cannot be read any more. One that is known to have received messages somewhere, and is the only one, is let in
 * again there; everything else stays closed until its person writes (see LOGINS_MIGRATION).
 */
const TOKENS_OF_CONVERSATIONS = `INSERT OR IGNORE INTO logins (login, scope)
  SELECT min(login), bot FROM conversations WHERE login <> ''
  GROUP BY bot HAVING count(DISTINCT login) = 1 ORDER BY max(last_inbound_at) DESC`;

/** Copies what can be read of one table. */
class TableCopy {
  rows = 0;
  incomplete = false;
  private readonly columns: string[];
  /** The columns of the primary key, in its order. */
  private readonly key: string[];
  private readonly hasNumbers: boolean;

  constructor(
    private readonly source: Database,
    private readonly target: Database,
    private readonly table: string,
  ) {
    const sql = 'SELECT name, type, pk FROM pragma_table_info(?) ORDER BY pk';
    const infos = target.all<{ name: string; type: string; pk: number }>(sql, table);
    const there = attempt(() => source.all<{ name: string }>(sql, table).map(({ name }) => name)) ?? [];
    this.columns = infos.map(({ name }) => name).filter((name) => there.includes(name));
    const key = infos.filter(({ pk }) => pk > 0);
    this.key = key.map(({ name }) => name);
    this.hasNumbers = key.length === 1 && key[0]!.type === 'INTEGER';
  }

  *all(): Steps<void> {
    const readable = this.key.every((column) => this.columns.includes(column));
    if (!readable) this.incomplete = true;
    else if (this.hasNumbers) yield* this.byNumber();
    else yield* this.fromBothEnds();
  }

  /** Goes up the numbers, and around those where nothing can be read. */
  private *byNumber(): Steps<void> {
    const key = this.key[0]!;
    const last = this.lastNumber();
    let at = 0;
    for (let window = FIRST_WINDOW; at < last;) {
      const rows = this.read(`${key} > ? AND ${key} <= ? ORDER BY ${key} LIMIT ${PAGE}`, at, last);
      if (rows) {
        if (rows.length === 0) return;
        this.keep(rows);
        at = Number(rows.at(-1)![key]);
        window = FIRST_WINDOW;
      } else {
        const end = Math.min(last, at + window);
        yield* this.between(at + 1, end);
        at = end;
        window *= 2;
      }
      yield;
    }
  }

  /** Halves what cannot be read until it is a single row. */
  private *between(from: number, to: number): Steps<void> {
    const key = this.key[0]!;
    const rows = this.read(`${key} BETWEEN ? AND ? ORDER BY ${key} LIMIT ${PAGE + 1}`, from, to);
    if (rows && rows.length <= PAGE) return this.keep(rows);
    if (from === to) return;
    const middle = Math.floor((from + to) / 2);
    yield;
    yield* this.between(from, middle);
    yield* this.between(middle + 1, to);
  }

  private lastNumber(): number {
    const [key] = this.key;
    const last = attempt(() =>
      this.source.get<{ n: number | null }>(`SELECT max(${key}) AS n FROM ${this.table}`),
    );
    if (last) return last.n ?? 0;
    this.incomplete = true;
    const sequences = 'SELECT max(seq) AS n FROM sqlite_sequence';
    return attempt(() => this.source.get<{ n: number | null }>(sequences)?.n) ?? 0;
  }

  /** Rows that are found by a text cannot be counted through: up to what is damaged, and from the other end down to it. */
  private *fromBothEnds(): Steps<void> {
    if (yield* this.towards('>', 'ASC')) return;
    this.incomplete = true;
    yield* this.towards('<', 'DESC');
  }

  /** @returns whether it came to the end */
  private *towards(after: '<' | '>', direction: 'ASC' | 'DESC'): Steps<boolean> {
    const order = `ORDER BY ${this.key.map((column) => `${column} ${direction}`).join(', ')}`;
    const beyond = `(${this.key.join(', ')}) ${after} (${this.key.map(() => '?').join(', ')})`;
    let last: SQLInputValue[] = [];
    for (let page = PAGE; ;) {
      const where = last.length > 0 ? beyond : '1';
      const rows = this.read(`${where} ${order} LIMIT ${page}`, ...last);
      if (rows) {
        this.keep(rows);
        if (rows.length < page) return true;
        last = this.key.map((column) => rows.at(-1)![column]!);
      } else if (page > 1) page = 1;
      else return false;
      yield;
    }
  }

  private read(where: string, ...values: SQLInputValue[]): Row[] | undefined {
    const sql = `SELECT ${this.columns.join(', ')} FROM ${this.table} WHERE ${where}`;
    const rows = attempt(() => this.source.all<Row>(sql, ...values));
    if (!rows) this.incomplete = true;
    return rows;
  }

  private keep(rows: Row[]): void {
    const sound = rows.filter((row) =>
      JSON_COLUMNS.every((column) => !(column in row) || isJson(row[column])),
    );
    if (sound.length < rows.length) this.incomplete = true;
    const places = this.columns.map(() => '?').join(', ');
    // What a damaged file makes of a row may not fit, and one that was read from the other end is there already.
    const sql = `INSERT OR IGNORE INTO ${this.table} (${this.columns.join(', ')}) VALUES (${places})`;
    const isAboutNothing = (row: Row): boolean =>
      ABOUT_A_MESSAGE.includes(this.table) &&
      !this.target.get('SELECT 1 FROM messages WHERE seq = ?', row.seq ?? null);
    this.target.transaction(() => {
      for (const row of sound) {
        if (isAboutNothing(row)) continue;
        this.rows += this.target.run(sql, ...this.columns.map((column) => row[column]!)).changes;
      }
    });
  }
}

/** @returns nothing when it failed, as reading a damaged file does */
function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function isJson(value: unknown): boolean {
  return attempt(() => [JSON.parse(String(value))]) !== undefined;
}
