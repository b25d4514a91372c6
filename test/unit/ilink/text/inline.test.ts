import { renderInline, renderInlineOnOneLine } from '../../../../ilink/text/inline';
import { parseMarkdown, type Token } from '../../../../ilink/text/parser';

const WECHAT = { markup: true, bold: true };

function inlineOf(text: string): Token {
  const token = parseMarkdown(text).tokens.find(({ type }) => type === 'inline');
  if (token === undefined) throw new Error('no text');
  return token;
}

describe('renderInline', () => {
  it('says of each line where it comes from', () => {
    expect(renderInline(inlineOf('a `b\nc` d\ne<br>f'), WECHAT)).toEqual([
      { text: 'a `b c` d', source: 0, added: false },
      { text: 'e', source: 2, added: false },
      { text: 'f', source: 2, added: true },
    ]);
  });

  it('decodes every entity that does not become markup, though another one would', () => {
    expect(renderInline(inlineOf('&copy; \\*a\\* x &lt; y'), WECHAT)[0]?.text).toBe('© *a\\* x < y');
  });

  it('leaves out bold where it is told to', () => {
    expect(renderInline(inlineOf('**a** *b*'), { markup: true, bold: false })[0]?.text).toBe('a *b*');
  });
});

describe('renderInlineOnOneLine', () => {
  it('puts a space for each line break', () => {
    expect(renderInlineOnOneLine(inlineOf('a<br>b\nc'), WECHAT)).toBe('a b c');
  });
});
