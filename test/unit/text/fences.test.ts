import { findFences, lineEnd } from '../../../text/fences';

const codeOf = (text: string): string[] => findFences(text).map(({ from, to }) => text.slice(from, to));

describe('findFences', () => {
  it.each([
    ['a fence', 'a\n```js\nx\n```\nb', ['x\n']],
    ['two fences', '```\na\n```\n~~~\nb\n~~~', ['a\n', 'b\n']],
    ['a longer fence around a shorter', '````\n```\nx\n```\n````', ['```\nx\n```\n']],
    ['a fence of tildes with backticks in it', '~~~\n```\n~~~', ['```\n']],
    ['a fence that nothing closes', '```js\nx', ['x']],
    ['an empty fence', '```\n```', ['']],
    ['a fence in a list and a quote', '> - ```\n>   x\n>   ```', ['>   x\n']],
    ['no fence in inline code', '```not``` a fence\n`x`', []],
    ['no fence of two backticks', '``\nx\n``', []],
  ])('finds %s', (_name, text, code) => {
    expect(codeOf(text)).toEqual(code);
  });

  it('says what opens and closes a piece of the code: as the source does, without its list marker', () => {
    const [fence] = findFences('1. ~~~ts title=x\n   code\n   ~~~');
    expect(fence).toMatchObject({ open: '   ~~~ts title=x\n', close: '\n   ~~~', start: 0, end: 31 });
  });
});

describe('lineEnd', () => {
  it('is the offset of the next line feed or the end of the text', () => {
    expect([lineEnd('ab\nc', 0), lineEnd('ab\nc', 3), lineEnd('', 0)]).toEqual([2, 4, 0]);
  });
});
