import type { LeaseClaim, Leases } from '../store';
import type { Database } from './database';

/** The tables of processes that live, and of what each of them polls for. */
export class SqliteLeases implements Leases {
  constructor(private readonly database: Database) {}

  async heartbeat(owner: string, aliveUntil: number): Promise<void> {
    const sql =
      'INSERT INTO owners VALUES (?, ?) ON CONFLICT DO UPDATE SET alive_until = excluded.alive_until';
    this.database.transaction(() => this.database.run(sql, owner, aliveUntil));
  }

  async lastHeartbeat(latest: number): Promise<number> {
    const sql = 'SELECT max(alive_until) AS at FROM owners WHERE alive_until <= ?';
    return this.database.get<{ at: number | null }>(sql, latest)?.at ?? 0;
  }

  async acquire(claim: LeaseClaim, isDead: (owner: string) => boolean): Promise<boolean> {
    const { connection, owner } = claim;
    if (this.holder(connection) === owner) return true;
    return this.database.transaction(() => {
      const holder = this.holder(connection);
      if (holder !== undefined && holder !== owner && this.lives(holder, claim) && !isDead(holder))
        return false;
      const sql = 'INSERT INTO leases VALUES (?, ?) ON CONFLICT DO UPDATE SET owner = excluded.owner';
      this.database.run(sql, connection, owner);
      return true;
    });
  }

  async release(connection: string, owner: string): Promise<void> {
    const sql = 'DELETE FROM leases WHERE connection = ? AND owner = ?';
    this.database.transaction(() => this.database.run(sql, connection, owner));
  }

  private holder(connection: string): string | undefined {
    return this.database.get<{ owner: string }>('SELECT owner FROM leases WHERE connection = ?', connection)
      ?.owner;
  }

  private lives(owner: string, { now, longestLifeMs }: LeaseClaim): boolean {
    const row = this.database.get<{ until: number }>(
      'SELECT alive_until AS until FROM owners WHERE owner = ?',
      owner,
    );
    return row !== undefined && row.until > now && row.until <= now + longestLifeMs;
  }
}
