import type { LeaseClaim, Leases } from '../store';
import type { Access } from './access';

/** The tables of processes that live, and of what each of them polls for. */
export class SqliteLeases implements Leases {
  constructor(private readonly access: Access) {}

  async heartbeat(owner: string, aliveUntil: number): Promise<void> {
    const sql = `INSERT INTO owners (owner, alive_until) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET alive_until = excluded.alive_until`;
    await this.access.write(() => this.access.database.run(sql, owner, aliveUntil));
  }

  lastHeartbeat(latest: number): Promise<number> {
    const sql = 'SELECT max(alive_until) AS at FROM owners WHERE alive_until <= ?';
    return this.access.read(() => this.access.database.get<{ at: number | null }>(sql, latest)?.at ?? 0);
  }

  async acquire(claim: LeaseClaim, isDead: (owner: string, aliveUntil: number) => boolean): Promise<boolean> {
    const { connection, owner } = claim;
    if ((await this.access.read(() => this.holder(connection))) === owner) return true;
    return this.access.write(() => {
      const holder = this.holder(connection);
      if (holder !== undefined && holder !== owner) {
        const until = this.livesUntil(holder, claim);
        if (until !== undefined && !isDead(holder, until)) return false;
      }
      const sql = `INSERT INTO leases (connection, owner) VALUES (?, ?)
        ON CONFLICT DO UPDATE SET owner = excluded.owner`;
      this.access.database.run(sql, connection, owner);
      return true;
    });
  }

  async release(connection: string, owner: string): Promise<void> {
    const sql = 'DELETE FROM leases WHERE connection = ? AND owner = ?';
    await this.access.write(() => this.access.database.run(sql, connection, owner));
  }

  private holder(connection: string): string | undefined {
    const sql = 'SELECT owner FROM leases WHERE connection = ?';
    return this.access.database.get<{ owner: string }>(sql, connection)?.owner;
  }

  private livesUntil(owner: string, { now, longestLifeMs }: LeaseClaim): number | undefined {
    const row = this.access.database.get<{ until: number }>(
      'SELECT alive_until AS until FROM owners WHERE owner = ?',
      owner,
    );
    return row && row.until > now && row.until <= now + longestLifeMs ? row.until : undefined;
  }
}
