import type { Jobs } from '../jobs';
import type { Access } from './access';

/** The table of what was begun last, and when. */
export class SqliteJobs implements Jobs {
  constructor(private readonly access: Access) {}

  claim(name: string, now: number, everyMs: number): Promise<boolean> {
    // What was begun in the future was begun under another time.
    const sql = `INSERT INTO chores (name, at) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET at = excluded.at WHERE at <= ? OR at > ?`;
    const { database } = this.access;
    return this.access.write(() => database.run(sql, name, now, now - everyMs, now).changes > 0);
  }
}
