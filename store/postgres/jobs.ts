import type { Jobs } from '../jobs';
import type { PostgresDatabase } from './database';

/** The table of what was begun last, and when. */
export class PostgresJobs implements Jobs {
  constructor(private readonly database: PostgresDatabase) {}

  claim(name: string, now: number, everyMs: number): Promise<boolean> {
    // What was begun in the future was begun under another time.
    const claim = `INSERT INTO wechat_ilink.chores AS c (name, at) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE c.at <= $3 OR c.at > $2`;
    return this.database.transaction(async (sql) => (await sql.run(claim, name, now, now - everyMs)) > 0);
  }
}
