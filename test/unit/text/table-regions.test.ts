import { findFences } from '../../../text/fences';
import { findTables } from '../../../text/table-regions';

const tables = (text: string): [string, string][] =>
  findTables(text, findFences(text)).map(({ from, end, open }) => [open, text.slice(from, end)]);

describe('findTables', () => {
  it.each([
    ['a | b\n--- | :-:\nc | d\n\ne', [['a | b\n--- | :-:\n', 'c | d']]],
    ['- | a |\n  |---|\n  | b |', [['  | a |\n  |---|\n', '  | b |']]],
    ['> | a \\| b |\n> |---|\n> | c |\nd', [['> | a \\| b |\n> |---|\n', '> | c |']]],
    ['| a |\n|---|---|\n| b |', []],
    ['| a |\n|---|', []],
    ['```\n| a |\n|---|\n| b |\n```', []],
  ])('of %j', (text, expected) => {
    expect(tables(text)).toEqual(expected);
  });
});
