import type { Logins, Proof } from '../logins';
import type { PostgresDatabase } from './database';
import { ENDED, lockScope, type Login } from './scopes';
import { moveAhead, takeOver } from './take-over';

/** The tokens and what each opens. */
export class PostgresLogins implements Logins {
  constructor(private readonly database: PostgresDatabase) {}

  async prove(proof: Proof): Promise<boolean> {
    const { database } = this;
    const find = 'SELECT scope, proven FROM wechat_ilink.logins WHERE login = $1';
    const known = await database.get<Login>(find, proof.bot);
    if (known?.proven === 1 || (known?.proven === ENDED && !proof.isConfirmation)) return false;
    // Also for a new token: what others have left may be much.
    const before =
      known?.scope ?? (await database.transaction((sql) => lockScope(sql, proof.bot), { durable: true }));
    await moveAhead(database, proof, before);
    return database.transaction(
      async (sql) => {
        const { scope, opened } = await takeOver(sql, proof, await lockScope(sql, proof.bot));
        const own =
          'UPDATE wechat_ilink.logins SET scope = $2, proven = 1, left_scope = NULL WHERE login = $1';
        await sql.run(own, proof.bot, scope);
        sql.announce();
        return opened;
      },
      { durable: true, alone: true },
    );
  }

  async provenUser(bot: string): Promise<string | undefined> {
    const sql = `SELECT user_id AS "userId" FROM wechat_ilink.logins JOIN wechat_ilink.persons USING (scope)
      WHERE login = $1 AND proven = 1`;
    return (await this.database.get<{ userId: string }>(sql, bot))?.userId;
  }
}
