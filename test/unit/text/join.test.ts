import { GrowingText } from '../../../text/join';

function joinParts(before: string, after: string): string {
  const text = new GrowingText(before);
  text.add(after);
  return text.text;
}
const closeFence = (text: string): string => new GrowingText(text).closed;

describe('A part that is added', () => {
  it.each([
    ['prose', 'a', 'b', 'a\nb'],
    ['an item of a list', '1. a', 'b', '1. a\n\nb'],
    ['a quote', '> a', 'b', '> a\n\nb'],
    ['the rows of a table', '| a |', '| h |\n|---|\n| b |', '| a |\n\n| h |\n|---|\n| b |'],
    ['code', '```\na |', 'b |\n```', '```\na |\nb |\n```'],
  ])('keeps %s from what it is not', (_what, before, after, joined) => {
    expect(joinParts(before, after)).toBe(joined);
  });
});

describe('A text that is closed', () => {
  it.each([
    ['', ''],
    ['a', 'a'],
    ['```\na\n```', '```\na\n```'],
    ['```\na', '```\na\n```'],
    ['```\na\n', '```\na\n```'],
    ['- ~~~~js\n  a', '- ~~~~js\n  a\n  ~~~~'],
    ['```\na\n```\n```', '```\na\n```\n```\n```'],
  ])('of %j is %j', (text, closed) => {
    expect(closeFence(text)).toBe(closed);
  });
});
