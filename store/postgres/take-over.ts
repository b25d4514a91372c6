import type { Proof } from '../logins';
import { planTakeOver, type LeftBehind, type TakeOverPlan } from '../take-over';
import type { PostgresDatabase } from './database';
import type { Sql } from './sql';
import { moveInSteps, moveRows } from './move-rows';
import { ENDED, NEW_SCOPE } from './scopes';

/**
 * Moves most of what a proof brings together, in small steps, so that little is left for the moment in which {@link takeOver} makes
 * it all one, and everybody else waits. After a crash the next proof goes on.
 */
export async function moveAhead(database: PostgresDatabase, proof: Proof, before: string): Promise<void> {
  const { scope, wholes, shared } = await planOf(database, proof, before);
  for (const from of shared) await moveInSteps(database, { from, to: scope, userId: proof.userId });
  for (const from of wholes) await moveInSteps(database, { from, to: scope });
}

/**
 * A token is proven to belong to a person: gives it what earlier logins of that person left behind, and takes that away from
 * their tokens. In a transaction that is alone.
 *
 * @param before what the token opened until now
 * @returns what it opens from now on, and whether something was there that it could not reach before
 */
export async function takeOver(
  sql: Sql,
  proof: Proof,
  before: string,
): Promise<{ scope: string; opened: boolean }> {
  const { scope, wholes, shared, opened, settled } = await planOf(sql, proof, before);
  // Whoever subscribed there has to come with the new token first.
  const holdBack = `INSERT INTO wechat_ilink.held_back (subscriber)
    SELECT subscriber FROM wechat_ilink.subscriptions WHERE bot = ANY ($1) ON CONFLICT DO NOTHING`;
  await sql.run(
    holdBack,
    [...wholes, scope].filter((other) => other !== before),
  );
  for (const from of shared) await moveRows(sql, { from, to: scope, userId: proof.userId });
  for (const from of wholes) await moveRows(sql, { from, to: scope });
  await sql.run('DELETE FROM wechat_ilink.legacy_scopes WHERE scope = ANY ($1)', settled);
  await replaceTokens(sql, scope, proof);
  await notePerson(sql, proof, scope);
  return { scope, opened };
}

async function planOf(sql: Sql, proof: Proof, before: string): Promise<TakeOverPlan> {
  const servers = await sql.all<{ url: string }>('SELECT url FROM wechat_ilink.legacy_servers');
  const speaks = proof.speaksFor(servers.map(({ url }) => url));
  const legacy = 'SELECT 1 FROM wechat_ilink.legacy_scopes WHERE scope = $1';
  const cameInEarlier = (await sql.get(legacy, before)) !== undefined;
  return planTakeOver({ before, cameInEarlier, speaks, left: await leftBy(sql, proof, speaks) });
}

async function leftBy(sql: Sql, { realm, userId }: Proof, speaksForLegacy: boolean): Promise<LeftBehind> {
  const find = 'SELECT scope FROM wechat_ilink.persons WHERE realm = $1 AND user_id = $2';
  const own = await sql.get<{ scope: string }>(find, realm, userId);
  const legacy = speaksForLegacy ? await legacyScopesOf(sql, userId) : [];
  return {
    ...(own && { own: own.scope }),
    whole: legacy.filter(({ hasOthers }) => !hasOthers).map(({ scope }) => scope),
    shared: legacy.filter(({ hasOthers }) => hasOthers).map(({ scope }) => scope),
  };
}

function legacyScopesOf(sql: Sql, userId: string): Promise<Array<{ scope: string; hasOthers: boolean }>> {
  const find = `SELECT scope, EXISTS (SELECT 1 FROM wechat_ilink.conversations c
      WHERE c.bot = l.scope AND c.user_id <> $1 AND c.last_inbound_at > 0) AS "hasOthers"
    FROM wechat_ilink.legacy_scopes l
    WHERE EXISTS (SELECT 1 FROM wechat_ilink.conversations c WHERE c.bot = l.scope AND c.user_id = $1)
      OR EXISTS (SELECT 1 FROM wechat_ilink.outbox o WHERE o.bot = l.scope AND o.user_id = $1)`;
  return sql.all(find, userId);
}

/** Each confirmation makes a new token and ends the one before it. */
async function replaceTokens(sql: Sql, scope: string, { bot, isConfirmation }: Proof): Promise<void> {
  const replace = `UPDATE wechat_ilink.logins SET left_scope = scope, scope = ${NEW_SCOPE}, proven = $3
    WHERE scope = $1 AND login <> $2`;
  await sql.run(replace, scope, bot, isConfirmation ? ENDED : 0);
}

async function notePerson(sql: Sql, { realm, userId }: Proof, scope: string): Promise<void> {
  await sql.run('DELETE FROM wechat_ilink.persons WHERE scope = $1', scope);
  const note = `INSERT INTO wechat_ilink.persons (realm, user_id, scope) VALUES ($1, $2, $3)
    ON CONFLICT (realm, user_id) DO UPDATE SET scope = excluded.scope`;
  await sql.run(note, realm, userId, scope);
}
