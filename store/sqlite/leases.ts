import type { Fence, LeaseClaim, Leases, Life } from '../leases';
import type { Access } from './access';
import type { Database } from './database';

interface Lease {
  owner: string;
  fence: number;
}

/** The tables of processes that live, and of what each of them polls for. */
export class SqliteLeases implements Leases {
  constructor(private readonly access: Access) {}

  async heartbeat(owner: string, { now, lifeMs }: Life): Promise<void> {
    const sql = `INSERT INTO owners (owner, alive_until) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET alive_until = excluded.alive_until`;
    await this.access.write(() => this.access.database.run(sql, owner, now + lifeMs));
  }

  lastHeartbeat(latest: number): Promise<number> {
    const sql = 'SELECT max(alive_until) AS at FROM owners WHERE alive_until <= ?';
    return this.access.read(() => this.access.database.get<{ at: number | null }>(sql, latest)?.at ?? 0);
  }

  async acquire(
    claim: LeaseClaim,
    isDead: (owner: string, aliveUntil: number) => boolean,
  ): Promise<number | undefined> {
    const { connection, owner } = claim;
    const known = await this.access.read(() => this.find(connection));
    if (known?.owner === owner) return known.fence;
    return this.access.write(() => {
      const lease = this.find(connection);
      if (lease && lease.owner !== owner) {
        const until = this.livesUntil(lease.owner, claim);
        if (until !== undefined && !isDead(lease.owner, until)) return undefined;
      }
      const sql = `INSERT INTO leases (connection, owner, fence) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET owner = excluded.owner, fence = excluded.fence`;
      const fence = this.nextFence();
      this.access.database.run(sql, connection, owner, fence);
      return fence;
    });
  }

  async release(connection: string, owner: string): Promise<void> {
    const sql = 'DELETE FROM leases WHERE connection = ? AND owner = ?';
    await this.access.write(() => this.access.database.run(sql, connection, owner));
  }

  private find(connection: string): Lease | undefined {
    return this.access.database.get<Lease>(
      'SELECT owner, fence FROM leases WHERE connection = ?',
      connection,
    );
  }

  private nextFence(): number {
    const { database } = this.access;
    const { lastId } = database.run('INSERT INTO fences DEFAULT VALUES');
    database.run('DELETE FROM fences WHERE number < ?', lastId);
    return lastId;
  }

  private livesUntil(owner: string, { now, longestLifeMs }: LeaseClaim): number | undefined {
    const row = this.access.database.get<{ until: number }>(
      'SELECT alive_until AS until FROM owners WHERE owner = ?',
      owner,
    );
    return row && row.until > now && row.until <= now + longestLifeMs ? row.until : undefined;
  }
}

/** Whether something is written under a lease that still holds, or under none. Part of the caller's transaction. */
export function isCurrent(database: Database, fence: Fence | undefined): boolean {
  if (!fence) return true;
  const sql = 'SELECT 1 FROM leases WHERE connection = ? AND fence = ?';
  return database.get(sql, fence.connection, fence.lease) !== undefined;
}
