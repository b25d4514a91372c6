import fc from 'fast-check';

import type * as Markdown from '../../../text/markdown';
import { finish, forWeChat, toPlain } from '../../support/texts/whole';

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

  it('needs no parser', () => {
    jest.isolateModules(() => {
      const markdownIt = jest.fn(() => {
        throw new Error('was asked for');
      });
      jest.doMock('../../../text/markdown-it', () => ({ markdownIt }));
      const { formatSteps } = jest.requireActual<typeof Markdown>('../../../text/markdown');
      const format = (text: string): string => finish(formatSteps(text, 'weChat'));
      expect(format('好的，明天见！')).toBe('好的，明天见！');
      expect(markdownIt).not.toHaveBeenCalled();
      expect(() => format('**bold**')).toThrow('was asked for');
    });
  });
});
