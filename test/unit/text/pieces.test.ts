import fc from 'fast-check';

import { markdownPieces } from '../../../text/pieces';
import { documents } from '../../support/texts/documents';
import { forWeChat, toPlain } from '../../support/texts/whole';

const bare = (text: string): string => text.replace(/\s+/g, '');

describe('markdownPieces', () => {
  it('are the text, with a line feed between any two', () => {
    for (const text of [
      '',
      'a',
      'a\n\nb '.repeat(9000),
      '```\n' + 'x = 1;\n'.repeat(3000) + '```\nend',
      '\n'.repeat(9000),
    ])
      expect([...markdownPieces(text)].map((piece) => piece.text).join('\n')).toBe(text);
  });

  it('repeat the header of a table, which the phone gets once', () => {
    const table = `| a | b |\n|---|---|\n${'| 1 | *中* |\n'.repeat(3000)}`;
    expect(
      [...markdownPieces(table)]
        .slice(1)
        .every((piece) => piece.text.startsWith('| a | b |\n|---|---|\n| 1')),
    ).toBe(true);
    expect(forWeChat(table).split('| a | b |')).toHaveLength(2);
    expect(bare(forWeChat(table))).toBe(bare(table.replaceAll('*', '')));
  });

  it('change nothing in long documents', () => {
    const long = fc.array(documents, { minLength: 15, maxLength: 25 });
    fc.assert(
      fc.property(long, (all) => {
        const text = all.map(({ source }) => source).join('\n\n');
        expect(bare(forWeChat(text))).toBe(bare(all.map(({ weChat }) => weChat).join('')));
        expect(bare(toPlain(text))).toBe(bare(all.map(({ plain }) => plain).join('')));
      }),
      { numRuns: 20 },
    );
  });
});
