import type { Facts, SendProgress, Unfinished } from '../store';
import type { Access } from './access';
import type { SqliteLogins } from './logins';

/** The small tables: what was learnt of a server, and sends that broke off. */
export class SqliteNotes implements Facts, Unfinished {
  constructor(
    private readonly access: Access,
    private readonly logins: SqliteLogins,
  ) {}

  async learn(fact: string): Promise<void> {
    const sql = 'INSERT OR IGNORE INTO facts (fact) VALUES (?)';
    await this.access.write(() => this.access.database.run(sql, fact));
  }

  knows(fact: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM facts WHERE fact = ?';
    return this.access.read(() => this.access.database.get(sql, fact) !== undefined);
  }

  async noteUnfinished(send: string, { execution, state, at, bot }: SendProgress): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO unfinished (send, execution, state, at, bot) VALUES (?, ?, ?, ?, ?)';
    await this.access.write(() => {
      const scope = bot === undefined ? '' : this.logins.scopeFor(bot);
      this.access.database.run(sql, send, execution, state, at, scope);
    }, true);
  }

  async takeUnfinished(send: string, execution?: string): Promise<SendProgress | undefined> {
    const where = 'WHERE send = ? AND execution = ifnull(?, execution)';
    const values = [send, execution ?? null];
    // Nearly always there is nothing, and to find that out takes no lock.
    const find = (): unknown => this.access.database.get(`SELECT 1 FROM unfinished ${where}`, ...values);
    if (!(await this.access.read(find))) return undefined;
    const take = `DELETE FROM unfinished ${where} RETURNING execution, state, at`;
    const taken = await this.access.write(
      () => this.access.database.get<SendProgress>(take, ...values),
      true,
    );
    return taken && { ...taken };
  }
}
