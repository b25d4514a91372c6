import fc from 'fast-check';

import { prepareText, type TextFormat } from '../../../../../../nodes/WeChat/actions/message/text';

const AS_IS = { format: 'asIs', maxCharacters: 2_000 } as const;

describe('What a text is sent as', () => {
  test('is one message when it fits, unchanged', async () => {
    expect(await prepareText('**hi**', AS_IS)).toEqual(['**hi**']);
  });

  test('is made readable before it is cut', async () => {
    expect(await prepareText('##### Note', { ...AS_IS, format: 'weChat' })).toEqual(['**Note**']);
    expect(await prepareText('**hi**', { ...AS_IS, format: 'plain' })).toEqual(['hi']);
  });

  test('is never nothing: markup alone is sent as it is', async () => {
    expect(await prepareText('<!-- nothing to see -->', { ...AS_IS, format: 'weChat' })).toEqual([
      '<!-- nothing to see -->',
    ]);
  });

  test('never exceeds what one message holds, in characters and in bytes', async () => {
    const format = fc.constantFrom<TextFormat>('weChat', 'plain', 'asIs');
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3_000 });
    await fc.assert(
      fc.asyncProperty(
        text,
        format,
        fc.integer({ min: 100, max: 16_000 }),
        async (source, wanted, maxCharacters) => {
          const parts = await prepareText(source, { format: wanted, maxCharacters });
          expect(parts.length).toBeGreaterThan(0);
          for (const part of parts) {
            expect(part.length).toBeLessThanOrEqual(maxCharacters);
            expect(Buffer.byteLength(part)).toBeLessThanOrEqual(16_384);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
