import type { SendProgress, UnfinishedSends } from '../unfinished';
import type { PostgresDatabase } from './database';
import { lockScope } from './scopes';

const PROGRESS =
  'SELECT execution, content, is_open AS "isOpen", state, at FROM wechat_ilink.unfinished WHERE';

/** The table of sends that broke off, or may have. */
export class PostgresUnfinishedSends implements UnfinishedSends {
  constructor(private readonly database: PostgresDatabase) {}

  async note(send: string, progress: SendProgress, durable = true): Promise<void> {
    const { execution, content, isOpen, state, at, bot } = progress;
    const note = `INSERT INTO wechat_ilink.unfinished (send, execution, content, is_open, state, at, bot)
      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (send) DO UPDATE SET execution = excluded.execution,
        content = excluded.content, is_open = excluded.is_open, state = excluded.state, at = excluded.at, bot = excluded.bot`;
    await this.database.transaction(
      async (sql) => {
        const scope = bot === undefined ? '' : await lockScope(sql, bot);
        sql.write(note, send, execution, content, isOpen, state, at, scope);
      },
      { durable },
    );
  }

  find(send: string): Promise<SendProgress | undefined> {
    return this.database.get<SendProgress>(`${PROGRESS} send = $1`, send);
  }

  async hasAny(beginning: string): Promise<boolean> {
    const any = 'SELECT 1 AS found FROM wechat_ilink.unfinished WHERE starts_with(send, $1) LIMIT 1';
    return (await this.database.get(any, beginning)) !== undefined;
  }

  findBrokenOff(content: string): Promise<SendProgress | undefined> {
    return this.database.get<SendProgress>(
      `${PROGRESS} content = $1 AND is_open ORDER BY at DESC LIMIT 1`,
      content,
    );
  }

  async forget(send: string): Promise<void> {
    await this.database.run('DELETE FROM wechat_ilink.unfinished WHERE send = $1', send);
  }
}
