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

  async noteUnfinished(
    send: string,
    { execution, content, isOpen, state, at, bot }: SendProgress,
    durable = true,
  ): Promise<void> {
    const sql = `INSERT OR REPLACE INTO unfinished (send, execution, content, is_open, state, at, bot)
      VALUES (?, ?, ?, ?, ?, ?, ?)`;
    await this.access.write(() => {
      const scope = bot === undefined ? '' : this.logins.scopeFor(bot);
      this.access.database.run(sql, send, execution, content, isOpen ? 1 : 0, state, at, scope);
    }, durable);
  }

  findUnfinished(send: string): Promise<SendProgress | undefined> {
    return this.progress('send = ?', send);
  }

  findBrokenOff(content: string): Promise<SendProgress | undefined> {
    return this.progress('content = ? AND is_open = 1 ORDER BY at DESC LIMIT 1', content);
  }

  async forgetUnfinished(send: string): Promise<void> {
    const sql = 'DELETE FROM unfinished WHERE send = ?';
    await this.access.write(() => this.access.database.run(sql, send));
  }

  private progress(where: string, value: string): Promise<SendProgress | undefined> {
    const sql = `SELECT execution, content, is_open AS isOpen, state, at FROM unfinished WHERE ${where}`;
    return this.access.read(() => {
      const row = this.access.database.get<Omit<SendProgress, 'isOpen'> & { isOpen: number }>(sql, value);
      return row && { ...row, isOpen: row.isOpen === 1 };
    });
  }
}
