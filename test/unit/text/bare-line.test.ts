import fc from 'fast-check';

import { forWeChat, toPlain } from '../../../text/markdown';

/** Such a text is not read as Markdown. With a full stop behind it, it is. */
const line = fc
  .stringMatching(/^[a-zé一-龥0-9][a-zé一-龥0-9 ，。！？、,!?]{0,60}$/)
  .map((text) => text.trim())
  .filter((text) => text !== '');

describe('A line without a sign that means anything in Markdown', () => {
  it.each([
    ['forWeChat', forWeChat],
    ['toPlain', toPlain],
  ])('is what it would be if it were read: %s', (_name, format) => {
    fc.assert(
      fc.property(line, (text) => {
        expect(format(text)).toBe(text);
        expect(format(`${text}\n\nend.`)).toBe(`${text}\n\nend.`);
      }),
      { numRuns: 300 },
    );
  });

  it('needs no parser', async () => {
    await jest.isolateModulesAsync(async () => {
      const markdownIt = jest.fn(() => {
        throw new Error('was asked for');
      });
      jest.doMock('../../../text/markdown-it', () => ({ markdownIt }));
      const { forWeChat: format } = await import('../../../text/markdown');
      expect(format('好的，明天见！')).toBe('好的，明天见！');
      expect(markdownIt).not.toHaveBeenCalled();
      expect(() => format('**bold**')).toThrow('was asked for');
    });
  });
});
