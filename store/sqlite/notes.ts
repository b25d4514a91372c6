import type { Note, Notes } from '../store';
import type { Database } from './database';

const NOTE = 'key, body, expires_at AS expiresAt';

/** {@link Notes} in the table of that name. */
export class SqliteNotes implements Notes {
  constructor(private readonly database: Database) {}

  async read(kind: string, key: string, now: number): Promise<string | undefined> {
    return this.find(kind, key, now);
  }

  async all(kind: string, now: number): Promise<Note[]> {
    const sql = `SELECT ${NOTE} FROM notes WHERE kind = ? AND expires_at > ? ORDER BY key`;
    return this.database.all<Note>(sql, kind, now);
  }

  async write(kind: string, note: Note, before: string | undefined, now: number): Promise<boolean> {
    return this.database.transaction(() => {
      this.database.run('DELETE FROM notes WHERE expires_at <= ?', now);
      if (this.find(kind, note.key, now) !== before) return false;
      const sql = `INSERT INTO notes VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at`;
      this.database.run(sql, kind, note.key, note.body, note.expiresAt);
      return true;
    });
  }

  async remove(kind: string, key: string): Promise<void> {
    this.database.transaction(() =>
      this.database.run('DELETE FROM notes WHERE kind = ? AND key = ?', kind, key),
    );
  }

  private find(kind: string, key: string, now: number): string | undefined {
    const sql = 'SELECT body FROM notes WHERE kind = ? AND key = ? AND expires_at > ?';
    return this.database.get<{ body: string }>(sql, kind, key, now)?.body;
  }
}
