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

/**
 * What each has to give up, so that all together keep at most `most`: first every owner's fair share, then within it that of each of
 * its rows.
 *
 * @param rows how much each has, and whose it is
 * @returns those that have to give up something, and how much
 */
export function excessOf<Row extends { bot: string; count: number }>(
  rows: readonly Row[],
  most: number,
): Array<{ row: Row; by: number }> {
  const ofBots = Map.groupBy(rows, ({ bot }) => bot);
  const sum = (some: readonly Row[]): number => some.reduce((total, { count }) => total + count, 0);
  const share = fairShare([...ofBots.values()].map(sum), most);
  return [...ofBots.values()]
    .filter((ofBot) => sum(ofBot) > share)
    .flatMap((ofBot) => {
      const counts = ofBot.map(({ count }) => count);
      const each = fairShare(counts, share);
      return ofBot.map((row) => ({ row, by: row.count - each }));
    })
    .filter(({ by }) => by > 0);
}
