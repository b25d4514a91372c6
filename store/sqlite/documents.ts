import type { Document, Documents } from '../documents';
import type { Access } from './access';

const DOCUMENT = 'key, body, expires_at AS expiresAt';

/** {@link Documents} in a table whose name, slips, is that of earlier versions. */
export class SqliteDocuments implements Documents {
  constructor(private readonly access: Access) {}

  read(kind: string, key: string, now: number): Promise<string | undefined> {
    return this.access.read(() => this.find(kind, key, now));
  }

  list(kind: string, now: number): Promise<Document[]> {
    const sql = `SELECT ${DOCUMENT} FROM slips WHERE kind = ? AND expires_at > ? ORDER BY key`;
    return this.access.read(() => this.access.database.all<Document>(sql, kind, now));
  }

  write(kind: string, document: Document, before: string | undefined, now: number): Promise<boolean> {
    const { database } = this.access;
    return this.access.write(() => {
      database.run('DELETE FROM slips WHERE expires_at <= ?', now);
      if (this.find(kind, document.key, now) !== before) return false;
      const sql = `INSERT INTO slips (kind, key, body, expires_at) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`;
      database.run(sql, kind, document.key, document.body, document.expiresAt);
      return true;
    });
  }

  async remove(kind: string, key: string): Promise<void> {
    const sql = 'DELETE FROM slips WHERE kind = ? AND key = ?';
    await this.access.write(() => this.access.database.run(sql, kind, key));
  }

  private find(kind: string, key: string, now: number): string | undefined {
    const sql = 'SELECT body FROM slips WHERE kind = ? AND key = ? AND expires_at > ?';
    return this.access.database.get<{ body: string }>(sql, kind, key, now)?.body;
  }
}
