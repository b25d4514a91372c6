import { createHash } from 'node:crypto';
import fc from 'fast-check';

import { quotedPart } from '../../../ilink/partial-quote';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const TEXT = 'a cat and a dog and a cat again, 猫 and a cat';

describe('quotedPart', () => {
  it.each([
    ['the first occurrences', { start: 'a cat', end: 'dog', startindex: 0, endindex: 0 }, 'a cat and a dog'],
    ['a later start', { start: 'a cat', end: '猫', startindex: 1, endindex: 0 }, 'a cat again, 猫'],
    [
      'an end counted over the message',
      { start: 'and', end: 'cat', startindex: 1, endindex: 1 },
      'and a cat',
    ],
    [
      'an end counted from the start',
      { start: 'again', end: 'cat', startindex: 0, endindex: 0 },
      'again, 猫 and a cat',
    ],
    ['the same start and end', { start: 'dog', end: 'dog', startindex: 0, endindex: 0 }, 'dog'],
    ['no indexes', { start: 'dog', end: 'and' }, 'dog and'],
    ['indexes as text', { start: 'a cat', end: '猫', startindex: '1', endindex: '0' }, 'a cat again, 猫'],
  ])('finds %s', (_what, partial, expected) => expect(quotedPart(TEXT, partial as never)).toBe(expected));

  it('lets the MD5 decide what the end was counted from', () => {
    const later = { start: 'dog', end: 'cat', startindex: 0, endindex: 1 };
    expect(quotedPart(TEXT, { ...later, quotemd5: md5('dog and a cat') })).toBe('dog and a cat');
    expect(quotedPart(TEXT, { ...later, quotemd5: md5('dog and a cat again, 猫 and a cat') })).toBe(
      'dog and a cat again, 猫 and a cat',
    );
  });

  it.each([
    ['another message', { start: 'horse', end: 'dog', startindex: 0, endindex: 0 }],
    ['an occurrence that is not there', { start: 'dog', end: 'dog', startindex: 1, endindex: 0 }],
    ['an end before the start', { start: 'dog', end: 'horse', startindex: 0, endindex: 0 }],
    ['an MD5 that fits nothing', { start: 'a', end: 'dog', startindex: 0, endindex: 0, quotemd5: md5('x') }],
    ['empty texts', { start: '', end: '', startindex: 0, endindex: 0 }],
    ['nothing at all', {}],
    ['anything else', { start: 5, end: {}, startindex: 'x', endindex: -1 }],
    ['broken indexes', { start: 'a', end: 'dog', startindex: 0.5, endindex: 0 }],
  ])('finds nothing for %s', (_what, partial) => expect(quotedPart(TEXT, partial as never)).toBeUndefined());

  it('finds every part of every text again, however its end is counted', () => {
    const cut = fc
      .tuple(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '猫'), minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.nat(),
      )
      .map(([text, one, other]) => ({
        text,
        from: Math.min(one % text.length, other % text.length),
        to: Math.max(one % text.length, other % text.length) + 1,
      }));
    fc.assert(
      fc.property(
        cut,
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        ({ text, from, to }, length, fromStart) => {
          const part = text.slice(from, to);
          const start = part.slice(0, length);
          const end = part.slice(-length);
          const startindex = countBefore(text, start, from, 0);
          const endindex = countBefore(text, end, to - end.length, fromStart ? from + start.length : 0);
          // Where occurrences overlap, no count names this one.
          fc.pre(startindex !== undefined && endindex !== undefined);
          expect(
            quotedPart(text, {
              start,
              end,
              startindex: startindex!,
              endindex: endindex!,
              quotemd5: md5(part),
            }),
          ).toBe(part);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function countBefore(text: string, wanted: string, place: number, from: number): number | undefined {
  let count = 0;
  for (let at = text.indexOf(wanted, from); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    if (at === place) return count;
    count++;
  }
  return undefined;
}
