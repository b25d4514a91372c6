import { parseMarkdown } from '../../../text/parser';

const inlineTypes = (text: string): string[] =>
  parseMarkdown(text).tokens.flatMap(({ children }) => (children ?? []).map(({ type }) => type));

describe('parseMarkdown', () => {
  it('takes addresses as they are, also inside of markup', () => {
    for (const text of ['https://a.b/_c_/d&copy=e', 'http://a.b/~~c~~'])
      expect(inlineTypes(text)).toEqual(['text']);
    expect(inlineTypes('**https://a.b/c**')).toEqual(['text', 'strong_open', 'text', 'strong_close', 'text']);
    expect(inlineTypes('[https://a.b](https://a.b)')).toContain('link_open');
  });

  it('sees the end of emphasis before Chinese, and of none in numbers', () => {
    expect(inlineTypes('**注意：**请')).toContain('strong_close');
    expect(inlineTypes('他说**“好”**。')).toContain('strong_close');
    expect(inlineTypes('2 * 3 * 4')).not.toContain('em_open');
  });

  it('knows the column where a block starts', () => {
    expect(parseMarkdown('a\n> 1. | b |\n>    |---|').columns.get(1)).toBe(5);
  });

  it('reads all kinds of line ends', () => {
    expect(parseMarkdown('a\r\nb\rc\nd').lines).toEqual(['a', 'b', 'c', 'd']);
  });
});
