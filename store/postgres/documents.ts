import type { Document, Documents } from '../documents';
import type { PostgresDatabase } from './database';

/** {@link Documents} in a table whose name, slips, is that of earlier versions. */
export class PostgresDocuments implements Documents {
  constructor(private readonly database: PostgresDatabase) {}

  async read(kind: string, key: string, now: number): Promise<string | undefined> {
    const sql = 'SELECT body FROM wechat_ilink.slips WHERE kind = $1 AND key = $2 AND expires_at > $3';
    return (await this.database.get<{ body: string }>(sql, kind, key, now))?.body;
  }

  list(kind: string, now: number): Promise<Document[]> {
    const sql = `SELECT key, body, expires_at AS "expiresAt" FROM wechat_ilink.slips
      WHERE kind = $1 AND expires_at > $2 ORDER BY key COLLATE "C"`;
    return this.database.all<Document>(sql, kind, now);
  }

  /** One statement looks and writes: of two who write at once, the second finds what the first has written. */
  write(kind: string, document: Document, before: string | undefined, now: number): Promise<boolean> {
    const { key, body, expiresAt } = document;
    const write =
      before === undefined
        ? `INSERT INTO wechat_ilink.slips AS s (kind, key, body, expires_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at
           WHERE s.expires_at <= $5`
        : `UPDATE wechat_ilink.slips SET body = $3, expires_at = $4
           WHERE kind = $1 AND key = $2 AND expires_at > $5 AND body = $6`;
    return this.database.transaction(async (sql) => {
      const known = before === undefined ? [] : [before];
      const written = (await sql.run(write, kind, key, body, expiresAt, now, ...known)) > 0;
      sql.write(EXPIRE, now);
      if (written) sql.announce();
      return written;
    });
  }

  async remove(kind: string, key: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      const remove = 'DELETE FROM wechat_ilink.slips WHERE kind = $1 AND key = $2';
      if ((await sql.run(remove, kind, key)) > 0) sql.announce();
    });
  }
}

/** What somebody else deletes or writes right now is passed over, so that two who expire the same do not wait for each other. */
const EXPIRE = `DELETE FROM wechat_ilink.slips WHERE (kind, key) IN (
  SELECT kind, key FROM wechat_ilink.slips WHERE expires_at <= $1 FOR UPDATE SKIP LOCKED)`;
