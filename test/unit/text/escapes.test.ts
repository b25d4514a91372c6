import { realEscapes } from '../../../text/escapes';
import { parseMarkdown } from '../../../text/parser';

const real = (text: string): string[] => {
  const token = parseMarkdown(text).tokens.find(({ type }) => type === 'inline');
  return token === undefined ? [] : [...realEscapes(token)].map(({ markup }) => markup);
};

describe('realEscapes', () => {
  it.each([
    [String.raw`\*a\*`, ['\\*', '\\*']],
    [String.raw`\[a](https://b.example)`, ['\\[']],
    [String.raw`1\. a`, ['\\.']],
    [String.raw`\# a`, ['\\#']],
    [String.raw`a \# b 1\.5 c\. \- d`, []],
    [String.raw`\*.log \; \{a\} \, \$x`, []],
    [String.raw`C:\_a\_b \\_c\_d`, []],
    [String.raw`x\_y and \*z\*`, ['\\*', '\\*']],
  ])('of %j', (text, expected) => {
    expect(real(text)).toEqual(expected);
  });
});
