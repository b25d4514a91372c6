/** Why a file of the store cannot be used. */
export type Unusable = 'damaged' | 'not_a_database' | 'foreign_database' | 'deleted';

/** What happened where nobody waits for an answer, so that it goes into a log. Whoever keeps the log makes the sentence. */
export type StoreReport = { code: 'soundness_unknown' };

/** What happened to a file that could not be used. */
export interface SetAside {
  reason: Unusable;
  /** Where it lies now; empty when it was gone. */
  path: string;
  /** What could be carried over into the new one: how much, and the tables of which something could not be read. */
  saved: { rows: number; incomplete: string[] };
}
