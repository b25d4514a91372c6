import { htmlText, isHtmlDocument } from '../../../text/html-document';
import { finish } from '../../support/texts/whole';

const isDocument = (text: string): boolean => finish(isHtmlDocument(text));
const shown = (html: string): string => finish(htmlText(html));

describe('isHtmlDocument', () => {
  it.each([
    ['<!doctype html><p>a</p>', true],
    ['<?xml version="1.0"?>\n<!-- x -->\n<html><body>a</body></html>', true],
    ['<div>a</div>\n<p>b</p>', true],
    ['<p>a', false],
    ['<html> is the root', false],
    ['<div>a</div> b', false],
    ['<order><id>1</id></order>', false],
    ['<div align="center">\n\n# Title\n\n</div>', false],
    ['a <b>b</b>', false],
  ])('of %j is %s', (text, expected) => {
    expect(isDocument(text)).toBe(expected);
  });
});

describe('htmlText', () => {
  it.each([
    ['white space as a browser does', '<p>a\n   b\t<b> c</b></p>', 'a b c'],
    ['preformatted text as it is', '<pre>a\n  b</pre>', 'a\n  b'],
    ['words in brackets that are no tags', '<p>a < b, <your-name></p>', 'a < b, <your-name>'],
    ['attributes with a bracket', '<p title="a > b">c</p>', 'c'],
    ['tags of other programs', '<p><o:p>a</o:p><button>b</button></p>', 'ab'],
    ['a comment that nothing ends', '<p>a</p><!-- b', 'a'],
  ])('shows %s', (_what, html, text) => {
    expect(shown(html)).toBe(text);
  });
});
