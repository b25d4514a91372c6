import { type FoundTag, provenTags } from '../../../text/html-proof';

const proven = (...tags: string[]): string[] => {
  const found = tags.map((html): FoundTag => ({ html, position: 'alone' }));
  return [...provenTags(found)].sort((a, b) => a - b).map((index) => tags[index] ?? '');
};

describe('provenTags', () => {
  it.each([
    ['a name alone', ['<time>', '<a>', '<br>', '</b>'], []],
    ['a pair, of which the closing tag takes the last', ['<i>', '<i>', '</i>'], ['<i>', '</i>']],
    ['attributes of HTML', ['<a href="x">', '<img src=y>'], ['<a href="x">', '<img src=y>']],
    ['words that are no attributes', ['<b and c>', '<input name>'], []],
    [
      'elements that need no end, inside of others',
      ['<ul>', '<li>', '<li>', '</ul>', '<li>'],
      ['<ul>', '<li>', '<li>', '</ul>'],
    ],
    ['XML', ['<order>', '<time>', '</time>', '<b>', '</b>', '</order>'], []],
    [
      'an unknown element in HTML',
      ['<div>', '<x-y>', '<b>', '</b>', '</x-y>', '</div>'],
      ['<div>', '<b>', '</b>', '</div>'],
    ],
    ['an element without content', ['<br/>', '<hr />', '<time/>'], ['<br/>', '<hr />']],
    [
      'breaks and comments beside blocks',
      ['<p>', '</p>', '<br>', '<!-- a -->'],
      ['<p>', '</p>', '<br>', '<!-- a -->'],
    ],
    ['breaks and comments beside looks', ['<b>', '</b>', '<br>', '<!-- a -->'], ['<b>', '</b>']],
    ['scripts that somebody shows', ['<script>', '</script>'], []],
  ])('judges %s', (_what, tags, expected) => {
    expect(proven(...tags)).toEqual(expected);
  });

  it('takes a break for one where a line may end', () => {
    const br = (position: FoundTag['position']): FoundTag => ({ html: '<br>', position });
    expect(provenTags([br('cell')]).size).toBe(1);
    expect(provenTags([br('line-end')]).size).toBe(1);
    expect(provenTags([br('between-words')]).size).toBe(0);
    expect(provenTags([br('between-words'), br('between-words')]).size).toBe(2);
  });
});
