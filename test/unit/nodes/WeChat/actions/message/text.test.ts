import fc from 'fast-check';

import { prepareText, type TextFormat } from '../../../../../../nodes/WeChat/actions/message/text';

const AS_IS = { format: 'asIs', maxCharacters: 2_000 } as const;

describe('What a text is sent as', () => {
  test('is one message when it fits, unchanged', () => {
    expect(prepareText('**hi**', AS_IS)).toEqual(['**hi**']);
  });

  test('is made readable before it is cut', () => {
    expect(prepareText('##### Note', { ...AS_IS, format: 'weChat' })).toEqual(['**Note**']);
    expect(prepareText('**hi**', { ...AS_IS, format: 'plain' })).toEqual(['hi']);
  });

  test('is never nothing: markup alone is sent as it is', () => {
    expect(prepareText('<!-- nothing to see -->', { ...AS_IS, format: 'weChat' })).toEqual([
      '<!-- nothing to see -->',
    ]);
  });

  test('never exceeds what one message holds, in characters and in bytes', () => {
    const format = fc.constantFrom<TextFormat>('weChat', 'plain', 'asIs');
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3_000 });
    fc.assert(
      fc.property(text, format, fc.integer({ min: 100, max: 16_000 }), (source, wanted, maxCharacters) => {
        const parts = prepareText(source, { format: wanted, maxCharacters });
        expect(parts.length).toBeGreaterThan(0);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(maxCharacters);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(16_384);
        }
      }),
      { numRuns: 200 },
    );
  });
});
