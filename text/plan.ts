import type { Cut, CutKind } from './boundaries';

/** Whether the text between two cuts is within the limits of one message. */
export type Fits = (from: Cut, to: Cut) => boolean;

/**
 * What a cut costs beside unevenness, which is 0 for a part of the ideal length and 1 for an empty one. So a paragraph's end
 * is taken even if it makes one part twice as long as the next, but not if it makes a part of three characters.
 */
const COST: Readonly<Record<CutKind, number>> = {
  edge: 0,
  paragraph: 0,
  line: 0.35,
  sentence: 0.6,
  word: 1,
  code: 1.1,
  inside: 1.5,
  forced: 2,
};

/**
 * Chooses the cuts that make the fewest parts that fit and, among these, good places and even lengths. Takes time in
 * proportion to the number of cuts.
 *
 * @param cuts in order, first and last are the ends of the text; neighbours must fit
 * @param maxCharacters no part is longer than this; bounds the search
 */
export function chooseCuts(cuts: readonly Cut[], fits: Fits, maxCharacters: number): Cut[] {
  const parts = countParts(cuts, fits);
  const chosen: Cut[] = [];
  for (let index = 0; index < cuts.length; index = bestNext(cuts, index, parts, fits, maxCharacters)) {
    const cut = cuts[index];
    if (cut !== undefined) chosen.push(cut);
  }
  return chosen;
}

/** For every cut: into how few parts the text after it goes. A part that starts later reaches at least as far. */
function countParts(cuts: readonly Cut[], fits: Fits): Uint32Array {
  const parts = new Uint32Array(cuts.length);
  let reach = cuts.length - 1;
  for (let index = cuts.length - 2; index >= 0; index -= 1) {
    while (reach > index + 1 && !between(cuts, index, reach, fits)) reach -= 1;
    parts[index] = (parts[reach] ?? 0) + 1;
  }
  return parts;
}

function bestNext(
  cuts: readonly Cut[],
  index: number,
  parts: Uint32Array,
  fits: Fits,
  maxCharacters: number,
): number {
  const start = cuts[index]?.next ?? 0;
  const left = parts[index] ?? 0;
  if (left <= 1) return left === 1 ? cuts.length - 1 : cuts.length;
  const ideal = ((cuts.at(-1)?.end ?? 0) - start) / left;
  let best = index + 1;
  let lowest = Infinity;
  for (let next = index + 1; next < cuts.length; next += 1) {
    const cut = cuts[next];
    if (cut === undefined || cut.end - start > maxCharacters) break;
    if ((parts[next] ?? 0) >= left || !between(cuts, index, next, fits)) continue;
    const cost = COST[cut.kind] + ((cut.end - start) / ideal - 1) ** 2;
    if (cost < lowest) [best, lowest] = [next, cost];
  }
  return best;
}

function between(cuts: readonly Cut[], from: number, to: number, fits: Fits): boolean {
  const [first, last] = [cuts[from], cuts[to]];
  return first !== undefined && last !== undefined && fits(first, last);
}
