import { imageText, writeHtml } from '../../../text/html';
import { InlineWriter } from '../../../text/inline-writer';

function written(...pieces: string[]): string[] {
  const writer = new InlineWriter();
  for (const piece of pieces) {
    if (piece.startsWith('<')) writeHtml(writer, piece);
    else writer.write(piece);
  }
  return writer.finish().map(({ text }) => text);
}

describe('writeHtml', () => {
  it.each([
    ['tags of looks', ['<b>', 'a', '</b>', '<SPAN class="x">', 'b'], ['ab']],
    ['line breaks', ['a', '<br />', 'b'], ['a', 'b']],
    ['blocks, without empty lines between them', ['<div>', 'a', '</div>', '<div>', 'b'], ['a', 'b']],
    ['links', ['<a title="T" href=\'/u\'>', 'a', '</a>'], ['a (/u "T")']],
    ['links that nothing closes', ['<a href=/u>', 'a'], ['a (/u)']],
    ['an end of a link that nothing opened', ['a', '</a>'], ['a']],
    ['links without an address', ['<a name="x">', 'a', '</a>'], ['a']],
    ['powers', ['x', '<sup>', '2', '</sup>'], ['x^2']],
    ['unknown tags', ['<your-name>', '</T>', '<constructor>'], ['<your-name></T><constructor>']],
    ['comments', ['a', '<!-- b -->'], ['a']],
    ['declarations', ['<!doctype html>', '<?xml x ?>', 'a'], ['a']],
    ['tags that no reader sees', ['<meta charset=x>', '<button>', 'OK', '</button>'], ['OK']],
  ])('writes %s', (_name, pieces, lines) => {
    expect(written(...pieces)).toEqual(lines);
  });
});

describe('imageText', () => {
  it('says what the picture is and where, as far as that is known', () => {
    expect(imageText('a', 'u', '')).toBe('a (u)');
    expect(imageText('a', 'u', 't')).toBe('a (u "t")');
    expect(imageText('', 'u', '')).toBe('u');
    expect(imageText('a', '', 't')).toBe('[image: a, t]');
    expect(imageText('', 'data:image/png;base64,AA', '')).toBe('[image]');
  });
});
