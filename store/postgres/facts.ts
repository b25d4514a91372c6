import type { Facts } from '../facts';
import type { PostgresDatabase } from './database';

/** The table of what was learnt of servers. */
export class PostgresFacts implements Facts {
  constructor(private readonly database: PostgresDatabase) {}

  async learn(fact: string): Promise<void> {
    await this.database.run('INSERT INTO wechat_ilink.facts (fact) VALUES ($1) ON CONFLICT DO NOTHING', fact);
  }

  async knows(fact: string): Promise<boolean> {
    return (await this.database.get('SELECT 1 FROM wechat_ilink.facts WHERE fact = $1', fact)) !== undefined;
  }
}
