import type { ReceivedBatch } from '../inbox';
import type { Sql } from './sql';

/** In the column `proven`: a confirmed login of the same person has replaced the token, so nothing that comes with it proves it again. */
export const ENDED = -1;

export interface Login {
  scope: string;
  proven: number;
  leftScope: string | null;
}

/** What the token opens, inside a statement whose `$1` is its digest. */
export const SCOPE = '(SELECT scope FROM wechat_ilink.logins WHERE login = $1)';
/** A new name of a scope. */
export const NEW_SCOPE = "replace(gen_random_uuid()::text, '-', '')";

/**
 * What the token opens, for somebody who writes there. From now on and until the transaction ends, nobody else writes about this
 * bot: what is looked up afterwards stays true, and numbers are given in the order of the commits. What is asked for together
 * with it is looked up afterwards.
 */
export async function lockScope(sql: Sql, bot: string): Promise<string> {
  return (await lockLogin(sql, bot)).scope;
}

/** The same for somebody who only takes something out: nothing when nothing was ever kept for it. */
export async function lockKnownScope(sql: Sql, bot: string): Promise<string | undefined> {
  return (await findLocked(sql, bot))?.scope;
}

async function lockLogin(sql: Sql, bot: string): Promise<Login> {
  const known = await findLocked(sql, bot);
  if (known) return known;
  const insert = `INSERT INTO wechat_ilink.logins (login, scope) VALUES ($1, ${NEW_SCOPE}) ON CONFLICT DO NOTHING`;
  await sql.run(insert, bot);
  return (await findLocked(sql, bot))!;
}

/** By the token first, which may open nothing yet, and then by what it opens, which is where others get to that a login has ended. */
async function findLocked(sql: Sql, bot: string): Promise<Login | undefined> {
  const lock = "SELECT pg_advisory_xact_lock(hashtextextended('wechat_ilink.login ' || $1, 0))";
  const find = `SELECT scope, proven, left_scope AS "leftScope", pg_advisory_xact_lock(hashtextextended(scope, 0))
    FROM wechat_ilink.logins WHERE login = $1`;
  const [, login] = await Promise.all([sql.get(lock, bot), sql.get<Login>(find, bot)]);
  return login;
}

/**
 * Where messages go that came with the token. What the person wrote to a login that a confirmed one has ended meanwhile is for the
 * newer one; the server that says so has to be one that can speak for the person.
 */
export async function lockScopeToKeep(
  sql: Sql,
  bot: string,
  writer: ReceivedBatch['writer'],
): Promise<{ scope: string; isLate: boolean }> {
  const { scope, proven, leftScope } = await lockLogin(sql, bot);
  if (proven !== ENDED || leftScope === null || !writer) return { scope, isLate: false };
  const isPerson = `SELECT pg_advisory_xact_lock(hashtextextended(scope, 0)) FROM wechat_ilink.persons
    WHERE scope = $1 AND realm = $2 AND user_id = $3`;
  const isLate = (await sql.get(isPerson, leftScope, writer.realm, writer.userId)) !== undefined;
  return { scope: isLate ? leftScope : scope, isLate };
}

/** The bot was forgotten. Only triggers that are awake stay, in a scope that is empty. Part of a transaction that is alone. */
export async function startAnew(sql: Sql, bot: string, scope: string): Promise<void> {
  await sql.run('DELETE FROM wechat_ilink.logins WHERE scope = $1 OR left_scope = $1', scope);
  await sql.run('DELETE FROM wechat_ilink.persons WHERE scope = $1', scope);
  await sql.run('DELETE FROM wechat_ilink.legacy_scopes WHERE scope = $1', scope);
  if (!(await sql.get('SELECT 1 FROM wechat_ilink.subscriptions WHERE bot = $1', scope))) return;
  const fresh = await lockScope(sql, bot);
  await sql.run('UPDATE wechat_ilink.subscriptions SET bot = $1 WHERE bot = $2', fresh, scope);
}
