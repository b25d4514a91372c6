import type { Recent, RecentMessage, SentMessage } from '../recent';
import type { Access } from './access';
import type { Database } from './database';
import type { SqliteLogins } from './logins';
import { inPages } from './pages';

/** The tables of what was sent, and of the ids of both directions. */
export class SqliteRecent implements Recent {
  constructor(
    private readonly access: Access,
    private readonly logins: SqliteLogins,
  ) {}

  async remember(bot: string, messages: SentMessage[]): Promise<void> {
    const { database } = this.access;
    await inPages(messages, (part) =>
      this.access.write(() => {
        const scope = this.logins.scopeFor(bot);
        part.forEach((message) => noteSent(database, scope, message));
      }),
    );
  }

  find(bot: string, userId: string, id: string): Promise<RecentMessage | undefined> {
    return this.access.read(() => findRecent(this.access.database, this.logins.scopeOf(bot), userId, id));
  }
}

/** Notes under which ids a message that came in may be quoted. Inside the transaction that keeps the message. */
export function noteIds(database: Database, bot: string, seq: number, ids: readonly string[]): void {
  for (const id of ids) {
    database.run('INSERT OR IGNORE INTO message_ids (bot, id, seq) VALUES (?, ?, ?)', bot, id, seq);
  }
}

/** Remembers what was sent. The same id again changes nothing: it is the same message. */
function noteSent(database: Database, bot: string, { id, userId, sentAt, body }: SentMessage): void {
  const sql = `INSERT INTO sent_messages (bot, id, user_id, sent_at, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`;
  database.run(sql, bot, id, userId, sentAt, body);
}

/** The message of this conversation that has this id, or one of whose items has it. */
function findRecent(database: Database, bot: string, userId: string, id: string): RecentMessage | undefined {
  const received = database.get<Omit<RecentMessage, 'direction'>>(
    `SELECT m.received_at AS at, m.body FROM message_ids i JOIN messages m USING (seq)
     WHERE i.bot = ? AND i.id = ? AND m.user_id = ?`,
    bot,
    id,
    userId,
  );
  if (received) return { direction: 'in', ...received };
  const sent = database.get<Omit<RecentMessage, 'direction'>>(
    'SELECT sent_at AS at, body FROM sent_messages WHERE bot = ? AND id = ? AND user_id = ?',
    bot,
    id,
    userId,
  );
  return sent && { direction: 'out', ...sent };
}
