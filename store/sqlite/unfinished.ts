import type { SendProgress, UnfinishedSends } from '../unfinished';
import type { Access } from './access';
import type { SqliteLogins } from './logins';
import { pages } from './pages';

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
    const columns = 'INSERT OR REPLACE INTO unfinished (send, execution, content, is_open, state, at, bot)';
    // Most logins are known: one statement finds what the login opens, and notes the send.
    const known = `${columns} SELECT ?, ?, ?, ?, ?, ?, scope FROM logins WHERE login = ?`;
    const values = [send, execution, content, isOpen ? 1 : 0, state, at];
    const note = (): void => {
      const { database } = this.access;
      if (bot !== undefined && database.run(known, ...values, bot).changes > 0) return;
      const scope = bot === undefined ? '' : this.logins.scopeFor(bot);
      database.run(`${columns} VALUES (?, ?, ?, ?, ?, ?, ?)`, ...values, scope);
    };
    await (durable ? this.access.write(note, true) : this.access.writeAlong(note));
  }

  find(send: string): Promise<SendProgress | undefined> {
    const sql = 'SELECT execution, content, is_open AS isOpen, state, at FROM unfinished WHERE send = ?';
    return this.access.read(() => {
      const row = this.access.database.get<Omit<SendProgress, 'isOpen'> & { isOpen: number }>(sql, send);
      return row && { ...row, isOpen: row.isOpen === 1 };
    });
  }

  hasAny(beginning: string): Promise<boolean> {
    // The last character there is.
    const end = `${beginning}\u{10ffff}`;
    const sql = 'SELECT 1 FROM unfinished WHERE send >= ? AND send < ? LIMIT 1';
    return this.access.read(() => this.access.database.get(sql, beginning, end) !== undefined);
  }

  /** Hardly ever asked for, so that an index for it would cost every send more than it saves: it reads them all, page by page. */
  async findBrokenOff(content: string): Promise<SendProgress | undefined> {
    const sql = `SELECT send, at, content = ? AND is_open = 1 AS isWanted FROM unfinished
      WHERE send > ? ORDER BY send LIMIT ?`;
    const rows = await pages<{ send: string; at: number; isWanted: number }>(
      this.access,
      Infinity,
      (after, most) => this.access.database.all(sql, content, after?.send ?? '', most),
    );
    const wanted = rows.filter(({ isWanted }) => isWanted === 1);
    if (wanted.length === 0) return undefined;
    return this.find(wanted.reduce((newest, row) => (row.at > newest.at ? row : newest)).send);
  }

  async forget(send: string): Promise<void> {
    const sql = 'DELETE FROM unfinished WHERE send = ?';
    await this.access.writeAlong(() => this.access.database.run(sql, send));
  }
}
