import { JoinedText } from '../../../text/join';

const joined = (...texts: string[][]): string => {
  const text = new JoinedText();
  for (const [first = '', ...parts] of texts) {
    text.begin(first);
    for (const part of parts) text.add(part);
  }
  return text.text;
};

describe('The parts of one text', () => {
  it.each([
    ['prose', 'a', 'b', 'a\nb'],
    ['an item of a list', '1. a', 'b', '1. a\n\nb'],
    ['a quote', '> a', 'b', '> a\n\nb'],
    ['the rows of a table', '| a |', '| h |\n|---|\n| b |', '| a |\n\n| h |\n|---|\n| b |'],
    ['code', '```\na |', 'b |\n```', '```\na |\nb |\n```'],
  ])('keep %s from what it is not', (_what, before, after, both) => {
    expect(joined([before, after])).toBe(both);
  });

  it('go on in a code block that an earlier part has opened, and no further', () => {
    expect(joined(['```\na', '- b', '> c\n```', 'd', '- e'])).toBe('```\na\n- b\n> c\n```\nd\n\n- e');
  });
});

describe('A text', () => {
  it.each([
    ['', ''],
    ['a', 'a'],
    ['```\na\n```', '```\na\n```'],
    ['```\na', '```\na\n```'],
    ['```\na\n', '```\na\n```'],
    ['- ~~~~js\n  a', '- ~~~~js\n  a\n  ~~~~'],
    ['```\na\n```\n```', '```\na\n```\n```\n```'],
  ])('of %j ends as %j before another one', (text, closed) => {
    expect(joined([text], ['b'])).toBe(`${closed}\n\nb`);
  });

  it('closes a code block that its parts left open', () => {
    expect(joined(['```js\na', 'b'], ['c'])).toBe('```js\na\nb\n```\n\nc');
  });
});
