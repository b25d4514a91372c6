import { renderInline, renderInlineOnOneLine } from '../../../text/inline';
import type { InlineLine } from '../../../text/inline-writer';
import { parseMarkdown, type Token } from '../../../text/parser';
import { evidenceOf } from '../../support/texts/whole';

const WECHAT = { markup: true, bold: true };

function inlineOf(text: string): Token {
  const token = parseMarkdown(text).tokens.find(({ type }) => type === 'inline');
  if (token === undefined) throw new Error('no text');
  return token;
}

/** With what the text itself says about its HTML. */
function render(text: string): InlineLine[] {
  const { tokens } = parseMarkdown(text);
  return renderInline(tokens[1]!, { ...WECHAT, evidence: evidenceOf(tokens) });
}

function onOneLine(text: string): string {
  const { tokens } = parseMarkdown(text);
  return renderInlineOnOneLine(tokens[1]!, { ...WECHAT, evidence: evidenceOf(tokens) });
}

describe('renderInline', () => {
  it('says of each line where it comes from', () => {
    expect(render('a `b\n  c` d\ne<br/>f')).toEqual([
      { text: 'a `b', source: 0, added: false },
      { text: 'c` d', source: 1, added: false },
      { text: 'e', source: 2, added: false },
      { text: 'f', source: 2, added: true },
    ]);
  });

  it('decodes all entities or none', () => {
    expect(render('&copy; &amp;lt; x &lt; y')[0]?.text).toBe('© &lt; x < y');
    expect(render('&copy; x < y &lt; z')[0]?.text).toBe('&copy; x < y &lt; z');
    expect(render('[&lt;](https://a.b?c&amp;d "&gt;")')[0]?.text).toBe('< (https://a.b?c&d ">")');
  });

  it('keeps every backslash beside markup, and without it those that escape nothing', () => {
    const token = inlineOf(String.raw`C:\.x\_a and \*not italic\*`);
    expect(renderInline(token, WECHAT)[0]?.text).toBe(token.content);
    expect(renderInline(token, { markup: false, bold: false })[0]?.text).toBe(
      String.raw`C:\.x\_a and *not italic*`,
    );
  });

  it('leaves out bold where it is told to', () => {
    expect(renderInline(inlineOf('**a** *b*'), { markup: true, bold: false })[0]?.text).toBe('a *b*');
  });
});

describe('renderInlineOnOneLine', () => {
  it('puts a space for each line break', () => {
    expect(onOneLine('a<br/>b\nc')).toBe('a b c');
  });
});
