import type { Proof } from '../logins';
import type { Database } from './database';
import { moveRows } from './move-rows';

/** What was left behind by earlier logins of a person. */
interface Left {
  /** What the person's login before this one opened. */
  own?: string;
  /** Scopes of a store of before in which nobody else has written. */
  whole: string[];
  /** Those in which others have, too: somebody had typed the same into another credential. */
  shared: string[];
}

/**
 * A token is proven to belong to a person: gives it what earlier logins of that person left behind, and takes that away from
 * their tokens. In the caller's transaction.
 *
 * @param before what the token opened until now
 * @returns what it opens from now on, and whether something was there that it could not reach before
 */
export function takeOver(
  database: Database,
  proof: Proof,
  before: string,
): { scope: string; opened: boolean } {
  const speaks = proof.speaksFor(
    database.all<{ url: string }>('SELECT url FROM legacy_servers').map(({ url }) => url),
  );
  const cameInEarlier = isLegacy(database, before);
  // Nobody can say that this server's users are those of the old store. What the token had there stays as it is.
  const left = cameInEarlier && !speaks ? { whole: [], shared: [] } : leftBy(database, proof, speaks);
  const scope = cameInEarlier ? before : (left.own ?? left.whole[0] ?? before);
  const isNews = (it: string | undefined): it is string => it !== undefined && it !== before;
  const wholes = [left.own, ...left.whole].filter(isNews);
  // Whoever subscribed there has to come with the new token first.
  for (const whole of wholes) holdBack(database, whole);
  for (const shared of left.shared) if (shared !== scope) moveRows(database, shared, scope, proof.userId);
  for (const whole of new Set([...wholes, before])) if (whole !== scope) moveRows(database, whole, scope);
  for (const whole of left.whole) database.run('DELETE FROM legacy_scopes WHERE scope = ?', whole);
  replaceTokens(database, scope, proof.bot);
  notePerson(database, proof, scope);
  return { scope, opened: wholes.length > 0 || left.shared.some(isNews) };
}

function leftBy(database: Database, { realm, userId }: Proof, speaksForLegacy: boolean): Left {
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
function replaceTokens(database: Database, scope: string, newest: string): void {
  const sql = `UPDATE logins SET left_scope = scope, scope = lower(hex(randomblob(16))), proven = 0
    WHERE scope = ? AND login <> ?`;
  database.run(sql, scope, newest);
}

function notePerson(database: Database, { realm, userId }: Proof, scope: string): void {
  database.run('DELETE FROM persons WHERE scope = ?', scope);
  const sql = `INSERT INTO persons (realm, user_id, scope) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET scope = excluded.scope`;
  database.run(sql, realm, userId, scope);
}
