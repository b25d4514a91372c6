/** What was left behind by earlier logins of a person. */
export interface LeftBehind {
  /** What the person's login before this one opened. */
  own?: string;
  /** Scopes of a store of before in which nobody else has written. */
  whole: string[];
  /** Those in which others have, too: somebody had typed the same into another credential. */
  shared: string[];
}

/** What the token of a proof opens from now on, and what has to be moved there. */
export interface TakeOverPlan {
  scope: string;
  /** Scopes that become part of it. */
  wholes: string[];
  /** Scopes of which the person's part does. */
  shared: string[];
  /** Whether there was something that the token could not reach before. */
  opened: boolean;
  /** Scopes of a store of before that are closed to nobody's claim any more. */
  settled: string[];
}

/**
 * What a proof brings together.
 *
 * @param found `before`: what the token opened until now. `cameInEarlier`: that is a scope of a store of before. `speaks`: whether the
 *   server can speak for the users of that store
 */
export function planTakeOver(found: {
  before: string;
  cameInEarlier: boolean;
  speaks: boolean;
  left: LeftBehind;
}): TakeOverPlan {
  const { before, cameInEarlier, speaks } = found;
  // Nobody can say that this server's users are those of the old store. What the token had there stays as it is.
  const left: LeftBehind = cameInEarlier && !speaks ? { whole: [], shared: [] } : found.left;
  const owned = left.own === undefined ? left.whole : [left.own, ...left.whole];
  // What was kept for a new token until now is little beside what was kept for the one before.
  const scope = cameInEarlier ? before : (owned[0] ?? before);
  return {
    scope,
    wholes: [...new Set([...owned, before])].filter((it) => it !== scope),
    shared: left.shared.filter((it) => it !== scope),
    opened: [...owned, ...left.shared].some((it) => it !== before),
    settled: left.whole,
  };
}
