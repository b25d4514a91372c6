import type { StatusEvent } from '../outbox';
import type { KeptPiece, Unreadable, UnreadablePiece } from '../unreadable';
import type { PostgresDatabase } from './database';
import type { Transaction } from './sql';
import { addStatusEvent } from './status-events';
import { lockScope, SCOPE } from './scopes';

/** Of one bot. A piece has 64 kB at the most. */
const MAX_PIECES = 100;

/** The table of what could not be read. */
export class PostgresUnreadable implements Unreadable {
  constructor(private readonly database: PostgresDatabase) {}

  keep(bot: string, pieces: UnreadablePiece[], notice: StatusEvent): Promise<number> {
    return this.database.transaction(
      async (sql) => {
        const scope = await lockScope(sql, bot);
        const kept = await Promise.all(pieces.map((piece) => keepOne(sql, scope, piece, notice.at)));
        const fresh = kept.filter((isNew) => isNew).length;
        const tooMany = `DELETE FROM wechat_ilink.unreadable WHERE bot = $1 AND number <= (
          SELECT number FROM wechat_ilink.unreadable WHERE bot = $1 ORDER BY number DESC LIMIT 1 OFFSET ${MAX_PIECES})`;
        sql.write(tooMany, scope);
        if (fresh > 0) addStatusEvent(sql, scope, notice);
        return fresh;
      },
      { durable: true },
    );
  }

  list(bot: string): Promise<KeptPiece[]> {
    const sql = `SELECT digest, reason, size, body, first_at AS "firstAt", last_at AS "lastAt", times
      FROM wechat_ilink.unreadable WHERE bot = ${SCOPE} ORDER BY number DESC`;
    return this.database.all<KeptPiece>(sql, bot);
  }
}

/** @returns whether it is new */
async function keepOne(
  sql: Transaction,
  scope: string,
  piece: UnreadablePiece,
  now: number,
): Promise<boolean> {
  const { digest, reason, size, body } = piece;
  const keep = `INSERT INTO wechat_ilink.unreadable AS u (bot, digest, reason, size, body, first_at, last_at, times)
    VALUES ($1, $2, $3, $4, $5, $6, $6, 1)
    ON CONFLICT (bot, digest) DO UPDATE SET times = u.times + 1, last_at = excluded.last_at RETURNING times`;
  const row = await sql.get<{ times: number }>(keep, scope, digest, reason, size, body, now);
  return row?.times === 1;
}
