import { createHash } from 'node:crypto';

import { MOVED_TABLES, type MovedRow, type MovedTable } from './tables';

/** Some process has one of the two stores open right now. */
export const MOVE_IN_USE = 'MOVE_IN_USE';
/** The file is of an earlier version of this package. */
export const MOVE_OLDER = 'MOVE_OLDER';
/** The file is none of ours. */
export const MOVE_FOREIGN = 'MOVE_FOREIGN';
/** Something is in the target, and it is not what an earlier try has left. */
export const MOVE_NOT_EMPTY = 'MOVE_NOT_EMPTY';
/** An earlier try came from another file, or this one has changed since. */
export const MOVE_CHANGED = 'MOVE_CHANGED';
/** What arrived is not what was read. */
export const MOVE_DIFFERS = 'MOVE_DIFFERS';

/** How far a move came, as the target keeps it. */
export interface MoveProgress {
  /** A digest of what the source was, so that another one is not taken for it. */
  source: string;
  table: string;
  /** The key of the last row that is there; nothing before the first. */
  after?: MovedRow;
}

/** One side of a move. */
export interface MoveSide {
  /** The next rows of a table, in the order of its key. */
  page(table: MovedTable, after: MovedRow | undefined, limit: number): Promise<MovedRow[]>;
  count(table: MovedTable): Promise<number>;
}

export interface MoveTarget extends MoveSide {
  /** How far an earlier try came; nothing when there was none. */
  progress(): Promise<MoveProgress | undefined>;
  /** Rows and how far that is, in one transaction. */
  add(table: MovedTable, rows: readonly MovedRow[], progress: MoveProgress): Promise<void>;
  /** A row as it will give it back. */
  asKept(table: MovedTable, row: MovedRow): MovedRow;
  /** Makes new rows come after those that were moved, and ends the move. */
  finish(): Promise<void>;
}

/** What has been moved of a table, or compared. */
export interface MoveStep {
  what: 'copied' | 'compared';
  table: string;
  done: number;
  total: number;
}

export interface Moved {
  rows: number;
  /** Whether an earlier try had begun it. */
  isResumed: boolean;
}

const PAGE = 200;

/**
 * Copies everything from one store into another, and compares both afterwards: the number of rows of each table, and a digest of all
 * that is in them. When it is broken off, the next call goes on where it was.
 *
 * @throws Error with one of the codes above
 */
export async function moveStore(
  source: MoveSide,
  target: MoveTarget,
  onStep: (step: MoveStep) => void = () => undefined,
): Promise<Moved> {
  const totals = new Map<MovedTable, number>();
  for (const table of MOVED_TABLES) totals.set(table, await source.count(table));
  const fingerprint = await fingerprintOf(source, totals);
  const begun = await target.progress();
  if (begun && begun.source !== fingerprint) throw moveError(MOVE_CHANGED);
  if (!begun) await checkEmpty(target);
  const first = begun ? MOVED_TABLES.findIndex(({ name }) => name === begun.table) : 0;
  for (const table of MOVED_TABLES.slice(first)) {
    const after = table.name === begun?.table ? begun.after : undefined;
    const say = (done: number): void =>
      onStep({ what: 'copied', table: table.name, done, total: totals.get(table)! });
    await copyTable(source, target, { table, after, source: fingerprint, say });
  }
  for (const [table, total] of totals) {
    const say = (done: number): void => onStep({ what: 'compared', table: table.name, done, total });
    await compareTable(source, target, table, say);
  }
  await target.finish();
  return { rows: [...totals.values()].reduce((sum, rows) => sum + rows, 0), isResumed: begun !== undefined };
}

interface Copying {
  table: MovedTable;
  after: MovedRow | undefined;
  source: string;
  say: (done: number) => void;
}

async function copyTable(
  from: MoveSide,
  to: MoveTarget,
  { table, after, source, say }: Copying,
): Promise<void> {
  let done = after ? await to.count(table) : 0;
  let reached = after;
  for (;;) {
    const rows = await from.page(table, reached, PAGE);
    if (rows.length > 0) reached = keyOf(table, rows.at(-1)!);
    await to.add(table, rows, { source, table: table.name, ...(reached && { after: reached }) });
    say((done += rows.length));
    if (rows.length < PAGE) return;
  }
}

async function compareTable(
  source: MoveSide,
  target: MoveTarget,
  table: MovedTable,
  say: (done: number) => void,
): Promise<void> {
  const sent = await digestOf(source, table, { asKept: (row) => target.asKept(table, row), say });
  const arrived = await digestOf(target, table);
  if (sent === arrived) return;
  throw Object.assign(moveError(MOVE_DIFFERS), { table: table.name });
}

interface Digesting {
  asKept?: (row: MovedRow) => MovedRow;
  say?: (done: number) => void;
}

/** The number of rows, and a digest that does not depend on their order: the two stores sort texts in two ways. */
async function digestOf(
  side: MoveSide,
  table: MovedTable,
  { asKept = (row) => row, say = () => undefined }: Digesting = {},
): Promise<string> {
  const sum = Buffer.alloc(32);
  let rows = 0;
  for (let after: MovedRow | undefined; ;) {
    const page = await side.page(table, after, PAGE);
    for (const row of page) {
      const digest = createHash('sha256')
        .update(JSON.stringify(asKept(row)))
        .digest();
      for (let i = 0; i < sum.length; i++) sum[i]! ^= digest[i]!;
    }
    say((rows += page.length));
    if (page.length < PAGE) return `${rows} ${sum.toString('hex')}`;
    after = keyOf(table, page.at(-1)!);
  }
}

/** What tells one file from another, and from itself after something was written to it. */
async function fingerprintOf(source: MoveSide, totals: ReadonlyMap<MovedTable, number>): Promise<string> {
  const hash = createHash('sha256');
  for (const [{ name }, total] of totals) hash.update(`${name} ${total}\n`);
  // Every poll changes it, and it is small.
  const cursors = MOVED_TABLES.find(({ name }) => name === 'cursors')!;
  hash.update(await digestOf(source, cursors));
  return hash.digest('hex');
}

async function checkEmpty(target: MoveSide): Promise<void> {
  for (const table of MOVED_TABLES) {
    if ((await target.count(table)) > 0) throw moveError(MOVE_NOT_EMPTY);
  }
}

function keyOf({ key, columns }: MovedTable, row: MovedRow): MovedRow {
  const names = Object.keys(columns);
  return key.map((column) => row[names.indexOf(column)]!);
}

export function moveError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
