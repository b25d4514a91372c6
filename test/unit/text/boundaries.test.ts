import { findCuts } from '../../../text/boundaries';
import { findFences } from '../../../text/fences';
import { findTables } from '../../../text/table-regions';
import { finish } from '../../support/texts/whole';

const cutsOf = (text: string): string[] =>
  finish(findCuts(text, { fences: findFences(text), tables: findTables(text, findFences(text)) })).map(
    ({ end, next, kind, wrap }) => `${kind} ${end}-${next}${wrap ? ' fenced' : ''}`,
  );

describe('findCuts', () => {
  it('leaves out the white space at a cut, but not the indentation of the next line', () => {
    expect(cutsOf('a  b \n  c\n \n\nd')).toEqual([
      'edge 0-0',
      'word 1-3',
      'line 4-6',
      'paragraph 9-13',
      'edge 14-14',
    ]);
  });

  it('leaves out the blank lines around the text', () => {
    expect(cutsOf('\n \n a\n\n')).toEqual(['edge 0-3', 'edge 5-7']);
  });

  it('cuts code at the ends of its lines, and never next to the lines of the fence', () => {
    expect(cutsOf('x\n```js\na\n\nb\n```\ny')).toEqual([
      'edge 0-0',
      'line 1-2',
      'code 9-10 fenced',
      'code 10-11 fenced',
      'line 16-17',
      'edge 18-18',
    ]);
  });

  it('cuts a table between its rows, and never between its header and the first of them', () => {
    expect(cutsOf('a\n| b |\n|---|\n| c |\n| d |\ne').slice(1, -1)).toEqual([
      'line 1-2',
      'code 19-20 fenced',
      'line 25-26',
    ]);
  });

  it('takes the place below a heading for a poor one', () => {
    expect(cutsOf('## a\n\nb').slice(1, -1)).toEqual(['word 2-3', 'word 4-6']);
  });

  it('does not keep an indentation of which a whole message could consist', () => {
    expect(cutsOf(`a\n${' '.repeat(100)}b`)).toContain('line 1-102');
  });
});
