import fc from 'fast-check';

import { CODE, CONTENT, content, MARKUP, type Piece, piece } from './content';

const word = fc.oneof(
  fc.string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789'),
    minLength: 1,
    maxLength: 12,
  }),
  fc.string({
    unit: fc.constantFrom(...'今天气很好我们去公园散步吧数据备份任务完成请查看报告'),
    minLength: 1,
    maxLength: 10,
  }),
);
const contentPiece = fc
  .constantFrom(...CONTENT)
  .filter((text) => text !== '`')
  .map(content);
const inlinePiece = fc.oneof(
  { weight: 4, arbitrary: word.map(content) },
  { weight: 4, arbitrary: contentPiece },
  { weight: 2, arbitrary: fc.constantFrom(...MARKUP) },
);
const separator = fc.constantFrom(' ', ' ', ' ', '， ', '。 ', ': ', '; ').map(content);

/** A line that begins with a word, so that no piece begins a list, a quote or a heading. */
const line = fc
  .tuple(word.map(content), fc.array(fc.tuple(separator, inlinePiece), { maxLength: 8 }))
  .map(([first, more]) => join([first, ...more.flat()], ''));
const words = fc.array(word, { minLength: 1, maxLength: 5 }).map((all) => content(all.join(' ')));

const code = fc
  .array(fc.constantFrom(...CODE), { minLength: 1, maxLength: 30 })
  .map((lines) => lines.join('\n'));
const fence = fc
  .tuple(code, fc.constantFrom('', 'js', 'python title=a'))
  .map(([text, info]) => piece(`\`\`\`${info}\n${text}\n\`\`\``, `\`\`\`${info}\n${text}\n\`\`\``, text));

const cell = fc
  .oneof(
    word.filter((text) => text.length < 6),
    fc.constantFrom('10*20*30', 'C:\\_x\\.y', '<time>', 'List<a>', '__init__', ''),
  )
  .filter((text) => text.length < 11);
const short = word.filter((text) => text.length < 6);
const narrowTable = fc
  .tuple(fc.tuple(short, short), fc.array(fc.tuple(cell, short), { minLength: 1, maxLength: 40 }))
  .map(([[a, b], rows]) => {
    const all = rows.map(([x, y]) => `| ${x} | ${y} |`).join('\n');
    const source = `| ${a} | ${b} |\n|---|:--|\n${all}`;
    const list = rows.map(([x, y]) => `- ${a}: ${x}\n  - ${b}: ${y}`).join('\n');
    return piece(source, source, list);
  });
const WIDE = 'a column that has much to say for itself';
const wideTable = fc
  .tuple(word, fc.array(fc.tuple(cell, word), { minLength: 1, maxLength: 10 }))
  .map(([a, rows]) => {
    const all = rows.map(([x, y]) => `| ${x} | ${y} |`).join('\n');
    const list = rows.map(([x, y]) => `- ${a}: ${x}\n  - ${WIDE}: ${y}`).join('\n');
    return piece(`| ${a} | ${WIDE} |\n|---|---|\n${all}`, list, list);
  });

const heading = fc.tuple(fc.integer({ min: 1, max: 6 }), words).map(([level, { source }]) => {
  const text = `${'#'.repeat(level)} ${source}`;
  return piece(text, level > 4 ? `**${source}**` : text, source);
});
const list = fc
  .tuple(
    fc.constantFrom('- ', '* ', '+ ', '1. ', '- [ ] ', '- [x] '),
    fc.array(line, { minLength: 1, maxLength: 6 }),
  )
  .map(([marker, lines]) => {
    const shown = marker.replace('[ ]', '☐').replace('[x]', '☑');
    const with_ = (key: keyof Piece, sign: string): string =>
      lines.map((item) => sign + item[key]).join('\n');
    return { source: with_('source', marker), weChat: with_('weChat', shown), plain: with_('plain', shown) };
  });
const quote = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => {
  const with_ = (key: keyof Piece, sign: string): string => lines.map((item) => sign + item[key]).join('\n');
  return { source: with_('source', '> '), weChat: with_('weChat', '> '), plain: with_('plain', '') };
});
const escaped = words.map(({ source }) =>
  piece(`${source} \\*a\\* \\_b\\_`, `${source} \\*a\\* \\_b\\_`, `${source} *a* _b_`),
);
const paragraph = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => join(lines, '\n'));

/** Documents of prose, code, paths, formulas, JSON, tables, lists, HTML and placeholders in two languages. */
export const documents: fc.Arbitrary<Piece> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: paragraph },
      { weight: 2, arbitrary: list },
      { weight: 2, arbitrary: heading },
      { weight: 2, arbitrary: fence },
      { weight: 1, arbitrary: narrowTable },
      { weight: 1, arbitrary: wideTable },
      { weight: 1, arbitrary: quote },
      { weight: 1, arbitrary: escaped },
      { weight: 1, arbitrary: fc.constant(content('---')) },
    ),
    { minLength: 1, maxLength: 12 },
  )
  // Lists next to each other would be one.
  .map((blocks) =>
    join(
      blocks.flatMap((block) => [block, content('正文')]),
      '\n\n',
    ),
  );

function join(pieces: readonly Piece[], between: string): Piece {
  const all = (key: keyof Piece): string => pieces.map((each) => each[key]).join(between);
  return { source: all('source'), weChat: all('weChat'), plain: all('plain') };
}
