import type { LeaseClaim, Leases, Life } from '../leases';
import type { PostgresDatabase } from './database';
import type { StoreTime } from './settings';
import { LATER } from './sql';

/** Nobody else takes or leaves the connection until the transaction ends. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('wechat_ilink.lease ' || $1, 0))";

/**
 * The tables of processes that live, and of what each of them polls for. The database's clock decides, since the clocks of two
 * machines differ; and whether a process is dead cannot be told from another machine, so its time is always waited for.
 */
export class PostgresLeases implements Leases {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly time: StoreTime,
  ) {}

  async heartbeat(owner: string, { lifeMs }: Life): Promise<void> {
    const beat = `INSERT INTO wechat_ilink.owners (owner, alive_until)
      SELECT $1, clock_timestamp() + $2 * interval '1 ms' WHERE ${LATER}
      ON CONFLICT (owner) DO UPDATE SET alive_until = excluded.alive_until`;
    await this.database.run(beat, owner, lifeMs);
  }

  /** In the time of this process, whatever the clock of the database says. */
  async lastHeartbeat(latest: number): Promise<number> {
    const now = this.time.now();
    const sql = `SELECT extract(epoch FROM max(alive_until) - clock_timestamp()) * 1000 AS "leftMs"
      FROM wechat_ilink.owners WHERE alive_until <= clock_timestamp() + $1 * interval '1 ms'`;
    const row = await this.database.get<{ leftMs: string | null }>(sql, latest - now);
    return row?.leftMs ? Math.round(now + Number(row.leftMs)) : 0;
  }

  async acquire({ connection, owner, longestLifeMs }: LeaseClaim): Promise<number | undefined> {
    const mine = 'SELECT fence FROM wechat_ilink.leases WHERE connection = $1 AND owner = $2';
    const known = await this.database.get<{ fence: number }>(mine, connection, owner);
    if (known) return known.fence;
    const take = `INSERT INTO wechat_ilink.leases AS l (connection, owner, fence)
      VALUES ($1, $2, nextval('wechat_ilink.fences'))
      ON CONFLICT (connection) DO UPDATE SET owner = excluded.owner, fence = excluded.fence
      WHERE NOT EXISTS (SELECT 1 FROM wechat_ilink.owners o WHERE o.owner = l.owner
        AND o.alive_until > clock_timestamp() AND o.alive_until <= clock_timestamp() + $3 * interval '1 ms')
      RETURNING fence`;
    return this.database.transaction(async (sql) => {
      const [, taken] = await Promise.all([
        sql.get(LOCK, connection),
        sql.get<{ fence: number }>(take, connection, owner, longestLifeMs),
      ]);
      return taken?.fence;
    });
  }

  async release(connection: string, owner: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      const [, left] = await Promise.all([
        sql.get(LOCK, connection),
        sql.run('DELETE FROM wechat_ilink.leases WHERE connection = $1 AND owner = $2', connection, owner),
      ]);
      if (left > 0) sql.announce({ bot: connection, news: 'released' });
    });
    // The process may end as soon as this is resolved.
    await this.database.told();
  }
}

/**
 * In the WHERE of a statement: whether it is written under a lease that still holds, or under none (`NULL`). Nobody takes the lease
 * before the transaction has ended.
 */
export function isCurrent(connection: string, lease: string): string {
  const holds = `SELECT 1 FROM wechat_ilink.leases l WHERE l.connection = ${connection} AND l.fence = ${lease} FOR SHARE`;
  return `(${lease}::bigint IS NULL OR EXISTS (${holds}))`;
}
