import { lineCuts } from '../../../text/line-cuts';

const pieces = (line: string, kinds = ['sentence', 'word']): string[] => {
  const cuts = lineCuts(line).filter(({ kind }) => kinds.includes(kind));
  return [...cuts, { end: line.length, next: 0 }].map(({ end }, index) =>
    line.slice(cuts[index - 1]?.next ?? 0, end),
  );
};

describe('lineCuts', () => {
  it.each([
    ['words', 'one two  three', ['one', 'two', 'three']],
    ['Chinese words, never before punctuation', '我们去公园，好吗？', ['我们', '去', '公园，', '好', '吗？']],
    ['Chinese and Latin', '使用Node版本', ['使用', 'Node', '版本']],
    ['brackets and quotes with what is in them', '（注）“好”', ['（注）', '“好”']],
    ['a word with an apostrophe', 'don’t stop', ['don’t', 'stop']],
  ])('finds %s', (_name, line, expected) => {
    expect(pieces(line)).toEqual(expected);
  });

  it('knows the ends of sentences, with the quotes and brackets that close them', () => {
    expect(pieces('Yes. No! (Why?) 3.14 is pi.', ['sentence'])).toEqual([
      'Yes.',
      'No!',
      '(Why?)',
      '3.14 is pi.',
    ]);
    expect(pieces('好。他说：“走！”然后走了。', ['sentence'])).toEqual([
      '好。',
      '他说：“走！”',
      '然后走了。',
    ]);
  });

  it('marks what lies inside a link', () => {
    expect(pieces('see [a b c](https://x.y/z) now')).toEqual(['see', '[a b c](https://x.y/z)', 'now']);
    expect(pieces('看https://x.y/中文/文档。完', ['sentence', 'word'])).toEqual([
      '看',
      'https://x.y/中文/文档。',
      '完',
    ]);
  });

  it('keeps the indentation and does not cut at the ends', () => {
    expect(pieces('   a b ')).toEqual(['   a', 'b ']);
  });
});
