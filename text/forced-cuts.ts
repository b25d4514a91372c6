import type { Cut } from './boundaries';
import type { Fence } from './fences';
import { codePointBoundaries, graphemeBoundaries } from './graphemes';
import type { Fits } from './plan';
import { type Span, SpanReader } from './spans';

/** What a text has that a cut has to take care of. */
interface Regions {
  fences: readonly Fence[];
  spans: readonly Span[];
  /** Where more than this would have to be added at a cut in emphasis, nothing is. */
  maxWrap: number;
}

/**
 * Sees to it that every stretch between two neighbouring cuts fits into a message. Cuts inside of links and lines of code
 * are dropped except where such a stretch is too long, and where that is not enough, cuts between graphemes are added, and
 * at last between the code points of a grapheme.
 */
export function* addForcedCuts(
  text: string,
  regions: Regions,
  cuts: readonly Cut[],
  fits: Fits,
): Generator<void, Cut[]> {
  const needed = dropNeedless(cuts, fits);
  yield;
  const graphemes = refine(needed, fits, (from, to) => forced(graphemeBoundaries(text, from, to), regions));
  yield;
  return refine(graphemes, fits, (from, to) => forced(codePointBoundaries(text, from, to), regions));
}

function dropNeedless(cuts: readonly Cut[], fits: Fits): Cut[] {
  const kept: Cut[] = [];
  let inside: Cut[] = [];
  for (const cut of cuts) {
    if (cut.kind === 'inside') {
      inside.push(cut);
      continue;
    }
    const from = kept.at(-1);
    if (from !== undefined && !fits(from, cut)) for (const needed of inside) kept.push(needed);
    kept.push(cut);
    inside = [];
  }
  return kept;
}

function refine(cuts: readonly Cut[], fits: Fits, finer: (from: number, to: number) => Cut[]): Cut[] {
  const refined: Cut[] = [];
  for (const cut of cuts) {
    const from = refined.at(-1);
    if (from !== undefined && !fits(from, cut))
      for (const more of finer(from.next, cut.end)) refined.push(more);
    refined.push(cut);
  }
  return refined;
}

/** A fence's own lines are never cut: half of one would neither open nor close anything. */
function forced(offsets: readonly number[], { fences, spans, maxWrap }: Regions): Cut[] {
  const cuts: Cut[] = [];
  const reader = new SpanReader(spans, maxWrap);
  let index = lastBefore(fences, offsets[0] ?? 0);
  for (const offset of offsets) {
    while ((fences[index + 1]?.start ?? Infinity) < offset) index += 1;
    const fence = fences[index];
    const isPast = fence === undefined || offset >= fence.end;
    const isCode = fence !== undefined && offset > fence.from && offset < fence.to - 1;
    const wrap = isPast ? reader.at(offset) : fence;
    if (wrap !== 'marker' && (isPast || isCode))
      cuts.push({ end: offset, next: offset, kind: 'forced', wrap });
  }
  return cuts;
}

/** Index of the last fence that starts before an offset, or -1. */
function lastBefore(fences: readonly Fence[], offset: number): number {
  let [low, high] = [0, fences.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fences[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
