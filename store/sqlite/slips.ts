import type { Slip, Slips } from '../store';
import type { Database } from './database';

const SLIP = 'key, body, expires_at AS expiresAt';

/** {@link Slips} in the table of that name. */
export class SqliteSlips implements Slips {
  constructor(private readonly database: Database) {}

  async read(kind: string, key: string, now: number): Promise<string | undefined> {
    return this.find(kind, key, now);
  }

  async all(kind: string, now: number): Promise<Slip[]> {
    const sql = `SELECT ${SLIP} FROM slips WHERE kind = ? AND expires_at > ? ORDER BY key`;
    return this.database.all<Slip>(sql, kind, now);
  }

  async write(kind: string, slip: Slip, before: string | undefined, now: number): Promise<boolean> {
    return this.database.transaction(() => {
      this.database.run('DELETE FROM slips WHERE expires_at <= ?', now);
      if (this.find(kind, slip.key, now) !== before) return false;
      const sql = `INSERT INTO slips VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`;
      this.database.run(sql, kind, slip.key, slip.body, slip.expiresAt);
      return true;
    });
  }

  async remove(kind: string, key: string): Promise<void> {
    this.database.transaction(() =>
      this.database.run('DELETE FROM slips WHERE kind = ? AND key = ?', kind, key),
    );
  }

  private find(kind: string, key: string, now: number): string | undefined {
    const sql = 'SELECT body FROM slips WHERE kind = ? AND key = ? AND expires_at > ?';
    return this.database.get<{ body: string }>(sql, kind, key, now)?.body;
  }
}
