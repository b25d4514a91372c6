import { MOVE_IN_USE, moveError, type MoveProgress, type MoveTarget } from '../move/move';
import { MOVED_TABLES, type Kind, type MovedRow, type MovedTable, type MovedValue } from '../move/tables';
import { indexed } from './batch';
import { PostgresDatabase } from './database';
import { migrate } from './schema';
import type { PostgresSettings, StoreTime } from './settings';
import { SCHEMA, storable, type Transaction, type Value } from './sql';

const TYPES: Record<Kind, string> = {
  text: 'text',
  index: 'text',
  number: 'bigint',
  boolean: 'boolean',
  bytes: 'bytea',
};
/** The document that says how far a move came. It goes with the last step. */
const KIND = 'store_move';
const NEVER = 9_999_999_999_999;
const NOTE = `INSERT INTO wechat_ilink.slips (kind, key, body, expires_at) VALUES ('${KIND}', '', $1, $2)
  ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body`;
/** Not one of the rows that are moved. */
const OTHERS = `NOT (kind = '${KIND}')`;

export interface MoveTargetOptions {
  settings: PostgresSettings;
  schema?: string;
  time: StoreTime;
}

/** The tables of {@link PostgresStore}, to be filled while nobody uses them. */
export class PostgresMoveTarget implements MoveTarget {
  private constructor(private readonly database: PostgresDatabase) {}

  /** Connects, and makes the tables. @throws Error with a code of move.ts or of store.ts */
  static async open({ settings, schema = SCHEMA, time }: MoveTargetOptions): Promise<PostgresMoveTarget> {
    const database = new PostgresDatabase({ settings, schema, self: 'move', time });
    try {
      await migrate(database, schema);
      const alive = 'SELECT 1 FROM wechat_ilink.owners WHERE alive_until > clock_timestamp() LIMIT 1';
      if (await database.get(alive)) throw moveError(MOVE_IN_USE);
      return new PostgresMoveTarget(database);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async progress(): Promise<MoveProgress | undefined> {
    const sql = `SELECT body FROM wechat_ilink.slips WHERE kind = '${KIND}'`;
    const row = await this.database.get<{ body: string }>(sql);
    return row && (JSON.parse(row.body) as MoveProgress);
  }

  async add(table: MovedTable, rows: readonly MovedRow[], progress: MoveProgress): Promise<void> {
    await this.database.transaction(
      async (sql) => {
        if (rows.length > 0) await insert(sql, table, rows);
        sql.write(NOTE, JSON.stringify(progress), NEVER);
      },
      { durable: true },
    );
  }

  asKept({ columns }: MovedTable, row: MovedRow): MovedRow {
    const kinds = Object.values(columns);
    return row.map((value, index) => {
      const isKey = kinds[index] === 'index' && typeof value === 'string';
      return storable(isKey ? indexed(value) : value) as MovedValue;
    });
  }

  async page(table: MovedTable, after: MovedRow | undefined, limit: number): Promise<MovedRow[]> {
    const { name, key, columns } = table;
    const wanted = Object.entries(columns).map(([column, kind]) =>
      kind === 'bytes' ? `encode(${column}, 'hex') AS ${column}` : column,
    );
    const places = key.map((_, index) => `$${index + 2}`).join(', ');
    const where = [
      ...(after ? [`(${key.join(', ')}) > (${places})`] : []),
      ...(name === 'slips' ? [OTHERS] : []),
    ].join(' AND ');
    const sql = `SELECT ${wanted.join(', ')} FROM wechat_ilink.${name} ${where && `WHERE ${where}`}
      ORDER BY ${key.join(', ')} LIMIT $1`;
    const rows = await this.database.all<Record<string, MovedValue>>(sql, limit, ...(after ?? []));
    return rows.map((row) => Object.keys(columns).map((column) => row[column]!));
  }

  async count({ name }: MovedTable): Promise<number> {
    const where = name === 'slips' ? ` WHERE ${OTHERS}` : '';
    const sql = `SELECT count(*) AS n FROM wechat_ilink.${name}${where}`;
    return (await this.database.get<{ n: number }>(sql))!.n;
  }

  async finish(): Promise<void> {
    await this.database.transaction(
      async (sql) => {
        for (const { name, key } of MOVED_TABLES.filter(isNumbered)) {
          const last = `(SELECT coalesce(max(${key[0]!}), 0) + 1 FROM wechat_ilink.${name})`;
          await sql.get(
            `SELECT setval(pg_get_serial_sequence('wechat_ilink.${name}', $1), ${last}, false)`,
            key[0]!,
          );
        }
        sql.write(`DELETE FROM wechat_ilink.slips WHERE kind = $1`, KIND);
        sql.announce();
      },
      { durable: true },
    );
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

/** Whether the database gives new rows a number. */
function isNumbered({ name }: MovedTable): boolean {
  return ['messages', 'outbox', 'sent_messages', 'unreadable'].includes(name);
}

/** One array for each column. */
async function insert(sql: Transaction, table: MovedTable, rows: readonly MovedRow[]): Promise<void> {
  const kinds = Object.values(table.columns);
  const arrays = kinds.map((kind, index) => `$${index + 1}::${TYPES[kind]}[]`).join(', ');
  const names = Object.keys(table.columns).join(', ');
  const put = `INSERT INTO wechat_ilink.${table.name} (${names}) SELECT * FROM unnest(${arrays})`;
  const values = kinds.map((kind, index) => rows.map((row) => keptValue(row[index]!, kind)));
  await sql.run(put, ...values);
}

function keptValue(value: MovedValue, kind: Kind): Value {
  if (typeof value !== 'string') return value;
  if (kind === 'bytes') return Buffer.from(value, 'hex');
  return kind === 'index' ? indexed(value) : value;
}
