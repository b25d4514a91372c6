import type { SendProgress, UnfinishedSends } from '../unfinished';
import type { Access } from './access';
import type { SqliteLogins } from './logins';

/** The table of sends that broke off, or may have. */
export class SqliteUnfinishedSends implements UnfinishedSends {
  constructor(
    private readonly access: Access,
    private readonly logins: SqliteLogins,
  ) {}

  async note(
    send: string,
    { execution, content, isOpen, state, at, bot }: SendProgress,
    durable = true,
  ): Promise<void> {
    const sql = `INSERT OR REPLACE INTO unfinished (send, execution, content, is_open, state, at, bot)
      VALUES (?, ?, ?, ?, ?, ?, ?)`;
    const note = (): void => {
      const scope = bot === undefined ? '' : this.logins.scopeFor(bot);
      this.access.database.run(sql, send, execution, content, isOpen ? 1 : 0, state, at, scope);
    };
    await (durable ? this.access.write(note, true) : this.access.writeAlong(note));
  }

  find(send: string): Promise<SendProgress | undefined> {
    return this.progress('send = ?', send);
  }

  findBrokenOff(content: string): Promise<SendProgress | undefined> {
    return this.progress('content = ? AND is_open = 1 ORDER BY at DESC LIMIT 1', content);
  }

  async forget(send: string): Promise<void> {
    const sql = 'DELETE FROM unfinished WHERE send = ?';
    await this.access.writeAlong(() => this.access.database.run(sql, send));
  }

  private progress(where: string, value: string): Promise<SendProgress | undefined> {
    const sql = `SELECT execution, content, is_open AS isOpen, state, at FROM unfinished WHERE ${where}`;
    return this.access.read(() => {
      const row = this.access.database.get<Omit<SendProgress, 'isOpen'> & { isOpen: number }>(sql, value);
      return row && { ...row, isOpen: row.isOpen === 1 };
    });
  }
}
