import { findCuts } from '../../../text/boundaries';
import { findFences } from '../../../text/fences';
import { addForcedCuts } from '../../../text/forced-cuts';
import { finish } from '../../support/texts/whole';

function kindsOf(text: string, max: number): string[] {
  const fences = findFences(text);
  const fits = (from: { next: number }, to: { end: number }): boolean => to.end - from.next <= max;
  const cuts = finish(findCuts(text, { fences, tables: [] }));
  return finish(addForcedCuts(text, { fences, spans: [], maxWrap: 100 }, cuts, fits)).map(
    ({ kind, next }) => `${kind} ${next}`,
  );
}

describe('addForcedCuts', () => {
  it('drops the cuts inside of a link that fits, and keeps them in one that does not', () => {
    expect(kindsOf('[a b](c) d', 9)).toEqual(['edge 0', 'word 9', 'edge 10']);
    expect(kindsOf('[a b](c) d', 6)).toEqual(['edge 0', 'inside 3', 'word 9', 'edge 10']);
  });

  it('cuts between graphemes where a word does not fit, and between code points where a grapheme does not', () => {
    expect(kindsOf('ab\u0301c', 2)).toEqual(['edge 0', 'forced 1', 'forced 3', 'edge 4']);
    expect(kindsOf('ab\u0301\u0301c', 2)).toContain('forced 3');
  });

  it('never cuts the lines of a fence', () => {
    expect(kindsOf('```js\nabc\n```', 9)).toEqual(['edge 0', 'forced 7', 'forced 8', 'edge 13']);
  });
});
