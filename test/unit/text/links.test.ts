import { parseMarkdown } from '../../../text/parser';

const hrefs = (text: string): (string | null)[] =>
  parseMarkdown(text).tokens.flatMap(({ children }) =>
    (children ?? [])
      .filter(({ type }) => /^(?:link_open|image)$/.test(type))
      .map((token) => token.attrGet('href') ?? token.attrGet('src')),
  );

describe('A link', () => {
  it.each([
    ['[a](https://b.example)', ['https://b.example']],
    ['x[a](mailto:b@c.example)', ['mailto:b@c.example']],
    ['[a](docs/b.md) [c](#d) [e](/f)', ['docs/b.md', '#d', '/f']],
    ['![a](b.png) ![c](data:image/png;base64,AA)', ['b.png', 'data:image/png;base64,AA']],
    ['[a](<b c.md>)', ['b c.md']],
    ['[a](b\\_c\\d.md)', ['b\\_c\\d.md']],
    ['handlers[name](event) a[0](x.y) f()[1](/z)', []],
    ['[](){} [&](auto) [a](b) [a]() ![]()', []],
    ['[a](C:x)', []],
  ])('of %j', (text, expected) => {
    expect(hrefs(text)).toEqual(expected);
  });
});
