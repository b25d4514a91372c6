import type { Recent, RecentMessage, SentMessage } from '../recent';
import { indexed } from './batch';
import type { PostgresDatabase } from './database';
import { lockScope, SCOPE } from './scopes';
import { LATER } from './sql';

const REMEMBER = `INSERT INTO wechat_ilink.sent_messages (bot, id, user_id, sent_at, body)
  SELECT l.scope, m.id, m.user_id, m.sent_at, m.body
  FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) WITH ORDINALITY AS m (id, user_id, sent_at, body, place)
    JOIN wechat_ilink.logins l ON l.login = $1
  WHERE ${LATER} ORDER BY place ON CONFLICT DO NOTHING`;

/** The tables of what was sent, and of the ids of both directions. */
export class PostgresRecent implements Recent {
  constructor(private readonly database: PostgresDatabase) {}

  /** The same id again changes nothing: it is the same message. Only for a token that is new it takes more than a statement. */
  async remember(bot: string, messages: SentMessage[]): Promise<void> {
    const columns = [
      messages.map(({ id }) => indexed(id)),
      messages.map(({ userId }) => userId),
      messages.map(({ sentAt }) => sentAt),
      messages.map(({ body }) => body),
    ];
    if (messages.length === 0 || (await this.database.run(REMEMBER, bot, ...columns)) > 0) return;
    await this.database.transaction(async (sql) => {
      await lockScope(sql, bot);
      sql.write(REMEMBER, bot, ...columns);
    });
  }

  async find(bot: string, userId: string, id: string): Promise<RecentMessage | undefined> {
    const sql = `SELECT 'in' AS direction, m.received_at AS at, m.body
        FROM wechat_ilink.message_ids i JOIN wechat_ilink.messages m USING (seq)
        WHERE i.bot = ${SCOPE} AND i.id = $3 AND m.user_id = $2
      UNION ALL SELECT 'out', sent_at, body FROM wechat_ilink.sent_messages
        WHERE bot = ${SCOPE} AND id = $3 AND user_id = $2`;
    const rows = await this.database.all<RecentMessage>(sql, bot, userId, indexed(id));
    return rows.find(({ direction }) => direction === 'in') ?? rows[0];
  }
}
