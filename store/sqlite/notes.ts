import type { Facts, SendProgress, Unfinished } from '../store';
import type { Database } from './database';

/** The small tables: what was learnt of a server, and sends that broke off. */
export class SqliteNotes implements Facts, Unfinished {
  constructor(private readonly database: Database) {}

  async learn(fact: string): Promise<void> {
    this.database.transaction(() => this.database.run('INSERT OR IGNORE INTO facts VALUES (?)', fact));
  }

  async knows(fact: string): Promise<boolean> {
    return this.database.get('SELECT 1 FROM facts WHERE fact = ?', fact) !== undefined;
  }

  async noteUnfinished(send: string, { execution, state, at }: SendProgress): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO unfinished VALUES (?, ?, ?, ?)';
    this.database.transaction(() => this.database.run(sql, send, execution, state, at), true);
  }

  async takeUnfinished(send: string, execution?: string): Promise<SendProgress | undefined> {
    const where = 'WHERE send = ? AND execution = ifnull(?, execution)';
    const values = [send, execution ?? null];
    // Nearly always there is nothing, and to find that out takes no lock.
    if (!this.database.get(`SELECT 1 FROM unfinished ${where}`, ...values)) return undefined;
    const take = `DELETE FROM unfinished ${where} RETURNING execution, state, at`;
    const taken = this.database.transaction(() => this.database.get<SendProgress>(take, ...values), true);
    return taken && { ...taken };
  }
}
