import type { Proof } from '../logins';
import { planTakeOver, type LeftBehind, type TakeOverPlan } from '../take-over';
import type { Access } from './access';
import type { Database } from './database';
import { moveInSteps, moveRows, type Reached } from './move-rows';
import { Walk } from './walk';

/** In the column `proven`: a confirmed login of the same person has replaced the token, so nothing that comes with it proves it again. */
export const ENDED = -1;

interface Ahead {
  scope: string;
  reached: ReadonlyMap<string, Reached>;
}

/**
 * Moves most of what a proof brings together, in small steps, so that little is left for the moment in which {@link takeOver} makes
 * it all one. What is on the way is found by neither token; after a crash the next proof goes on.
 *
 * @returns how far it came in each scope of which only a part is moved, and whereto
 */
export async function moveAhead(access: Access, proof: Proof, before: string): Promise<Ahead> {
  const { scope, wholes, shared } = await access.read(() => planOf(access.database, proof, before));
  const walk = new Walk(access);
  const reached = new Map<string, Reached>();
  for (const from of shared) {
    const { userId } = proof;
    reached.set(from, await moveInSteps(walk, access.database, { from, to: scope, userId }));
  }
  for (const from of wholes) await moveInSteps(walk, access.database, { from, to: scope });
  return { scope, reached };
}

/**
 * A token is proven to belong to a person: gives it what earlier logins of that person left behind, and takes that away from
 * their tokens. In the caller's transaction.
 *
 * @param before what the token opened until now
 * @param ahead what {@link moveAhead} says
 * @returns what it opens from now on, and whether something was there that it could not reach before
 */
export function takeOver(
  database: Database,
  proof: Proof,
  before: string,
  ahead: Ahead,
): { scope: string; opened: boolean } {
  const { scope, wholes, shared, opened, settled } = planOf(database, proof, before);
  // Another process may have proven something meanwhile, and changed where all this goes.
  const reached = ahead.scope === scope ? ahead.reached : undefined;
  // Whoever subscribed there has to come with the new token first.
  for (const other of [...wholes, scope]) if (other !== before) holdBack(database, other);
  for (const from of shared)
    moveRows(database, { from, to: scope, userId: proof.userId }, reached?.get(from));
  for (const from of wholes) moveRows(database, { from, to: scope });
  for (const legacy of settled) database.run('DELETE FROM legacy_scopes WHERE scope = ?', legacy);
  replaceTokens(database, scope, proof);
  notePerson(database, proof, scope);
  return { scope, opened };
}

function planOf(database: Database, proof: Proof, before: string): TakeOverPlan {
  const servers = database.all<{ url: string }>('SELECT url FROM legacy_servers').map(({ url }) => url);
  const speaks = proof.speaksFor(servers);
  const left = leftBy(database, proof, speaks);
  return planTakeOver({ before, cameInEarlier: isLegacy(database, before), speaks, left });
}

function leftBy(database: Database, { realm, userId }: Proof, speaksForLegacy: boolean): LeftBehind {
  const own = database.get<{ scope: string }>(
    'SELECT scope FROM persons WHERE realm = ? AND user_id = ?',
    realm,
    userId,
  );
  const legacy = speaksForLegacy ? legacyScopesOf(database, userId) : [];
  return {
    ...(own && { own: own.scope }),
    whole: legacy.filter((scope) => !hasOtherWriters(database, scope, userId)),
    shared: legacy.filter((scope) => hasOtherWriters(database, scope, userId)),
  };
}

function isLegacy(database: Database, scope: string): boolean {
  return database.get('SELECT 1 FROM legacy_scopes WHERE scope = ?', scope) !== undefined;
}

function legacyScopesOf(database: Database, userId: string): string[] {
  const sql = `SELECT scope FROM legacy_scopes l
    WHERE EXISTS (SELECT 1 FROM conversations c WHERE c.bot = l.scope AND c.user_id = ?)
      OR EXISTS (SELECT 1 FROM outbox o WHERE o.bot = l.scope AND o.user_id = ?)`;
  return database.all<{ scope: string }>(sql, userId, userId).map(({ scope }) => scope);
}

function hasOtherWriters(database: Database, scope: string, userId: string): boolean {
  const sql = 'SELECT 1 FROM conversations WHERE bot = ? AND user_id <> ? AND last_inbound_at > 0';
  return database.get(sql, scope, userId) !== undefined;
}

function holdBack(database: Database, scope: string): void {
  const sql = `INSERT OR IGNORE INTO held_back (subscriber) SELECT subscriber FROM subscriptions WHERE bot = ?`;
  database.run(sql, scope);
}

/** Each confirmation makes a new token and ends the one before it. */
function replaceTokens(database: Database, scope: string, { bot, isConfirmation }: Proof): void {
  const sql = `UPDATE logins SET left_scope = scope, scope = lower(hex(randomblob(16))), proven = ?
    WHERE scope = ? AND login <> ?`;
  database.run(sql, isConfirmation ? ENDED : 0, scope, bot);
}

function notePerson(database: Database, { realm, userId }: Proof, scope: string): void {
  database.run('DELETE FROM persons WHERE scope = ?', scope);
  const sql = `INSERT INTO persons (realm, user_id, scope) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET scope = excluded.scope`;
  database.run(sql, realm, userId, scope);
}
