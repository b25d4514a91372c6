import type { Facts } from '../facts';
import type { Access } from './access';

/** The table of what was learnt of servers. */
export class SqliteFacts implements Facts {
  constructor(private readonly access: Access) {}

  async learn(fact: string): Promise<void> {
    const sql = 'INSERT OR IGNORE INTO facts (fact) VALUES (?)';
    await this.access.write(() => this.access.database.run(sql, fact));
  }

  knows(fact: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM facts WHERE fact = ?';
    return this.access.read(() => this.access.database.get(sql, fact) !== undefined);
  }
}
