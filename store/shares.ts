/** Whoever has less than this never loses anything to the others, however many there are. */
const ALWAYS = 1_000;

/**
 * A fair share: when everybody has at most this much, all of them together have at most `most`, and nobody who wants less
 * than the others has to give anything up for them.
 *
 * @param counts how much each has
 * @returns `Infinity` when there is enough for all
 */
export function fairShare(counts: readonly number[], most: number): number {
  const sorted = [...counts].sort((a, b) => a - b);
  let left = most;
  for (const [index, count] of sorted.entries()) {
    const share = left / (sorted.length - index);
    if (count > share) return Math.max(Math.floor(share), Math.min(ALWAYS, most));
    left -= count;
  }
  return Infinity;
}
