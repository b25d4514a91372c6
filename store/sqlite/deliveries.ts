import type { Claimed, DeliveryClaim, StoredMessage } from '../inbox';
import type { Database } from './database';

/** Whether the process that has the claim is heard of, by the table of owners. Two values: now, and the last believable time. */
const LIVES = `EXISTS (SELECT 1 FROM owners o
  WHERE o.owner = deliveries.claimed_by AND o.alive_until > ? AND o.alive_until <= ?)`;

interface Row {
  claimedBy: string;
  attempts: number;
  nextAt: number;
  /** Of the process that has the claim; nothing when it is not heard of any more. */
  aliveUntil: number | null;
}

/** Claims a delivery that waits, in the caller's transaction. See {@link Inbox.claim}. */
export function claimDelivery(
  database: Database,
  claim: DeliveryClaim,
  message: StoredMessage,
  isDead: (owner: string, aliveUntil: number) => boolean,
): Claimed {
  if (take(database, claim)) return { state: 'claimed', message };
  const { claimedBy, attempts, nextAt, aliveUntil } = find(database, claim);
  if (claimedBy !== '' && claimedBy !== claim.owner && aliveUntil !== null) {
    if (!isDead(claimedBy, aliveUntil)) return { state: 'elsewhere' };
    if (take(database, claim, claimedBy)) return { state: 'claimed', message };
  }
  return { state: 'changed', attempts, nextAt };
}

/** @param dead whose claim counts for nothing although they were heard of */
function take(database: Database, claim: DeliveryClaim, dead = ''): boolean {
  const { owner, countsStart, subscriber, seq, attempts, nextAt, now, longestLifeMs } = claim;
  const sql = `UPDATE deliveries SET claimed_by = ?, attempts = attempts + ?
    WHERE subscriber = ? AND seq = ? AND attempts = ? AND next_at = ?
      AND (claimed_by IN ('', ?, ?) OR NOT ${LIVES})`;
  const known = [subscriber, seq, attempts, nextAt];
  const values = [owner, Number(countsStart), ...known, owner, dead, now, now + longestLifeMs];
  return database.run(sql, ...values).changes > 0;
}

function find(database: Database, { subscriber, seq, now, longestLifeMs }: DeliveryClaim): Row {
  const sql = `SELECT claimed_by AS claimedBy, attempts, next_at AS nextAt,
      (SELECT alive_until FROM owners o
        WHERE o.owner = d.claimed_by AND o.alive_until > ? AND o.alive_until <= ?) AS aliveUntil
    FROM deliveries d WHERE subscriber = ? AND seq = ?`;
  return database.get<Row>(sql, now, now + longestLifeMs, subscriber, seq)!;
}

/**
 * Ends a claim, in the caller's transaction.
 *
 * @param settled `owner`: does nothing when somebody else has it by now
 * @param again how often it was tried in vain, and when it is due; nothing when it is done with
 */
export function settleDelivery(
  database: Database,
  { subscriber, seq, owner }: { subscriber: string; seq: number; owner: string | undefined },
  again?: { attempts: number; nextAt: number },
): void {
  const isTheirs = `subscriber = ? AND seq = ? AND (claimed_by = ? OR ?)`;
  const which = [subscriber, seq, owner ?? '', Number(owner === undefined)];
  if (!again) return void database.run(`DELETE FROM deliveries WHERE ${isTheirs}`, ...which);
  const sql = `UPDATE deliveries SET attempts = ?, next_at = ?, claimed_by = '' WHERE ${isTheirs}`;
  database.run(sql, again.attempts, again.nextAt, ...which);
}
