import fc from 'fast-check';

import type { TextPart } from '../../../text/split';
import { cutText, splitText } from '../../support/texts/whole';

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const FAMILY = '👨‍👩‍👧‍👦';

/** What chat texts are made of, so that random texts reach the interesting places. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      'a',
      'word ',
      'longer-word ',
      'Sentence ends. ',
      '你好',
      '世界。',
      '真的吗？',
      '（注）',
      ' ',
      '\n',
      '\n\n',
      '  ',
      '\r\n',
    ],
    ...[
      FAMILY,
      '🇨🇳',
      '🇩🇪',
      'e\u0301',
      '각',
      '\u1100\u1161\u11a8',
      'क्षि',
      '👍🏽',
      '\u{20bb7}',
      '\ud800',
      '\udc00',
      '\t',
    ],
    ...[
      'https://a.example/path?q=1#x ',
      '[text](https://b.example/c)',
      '**bold** ',
      '`code` ',
      '- item\n',
      '# Head\n',
    ],
    ...[
      '```js\n',
      '```\n',
      '~~~\n',
      '\n```\n',
      'let a = 1;\n',
      '> quote\n',
      '| a | b |\n',
      '1. ',
      '  - nested\n',
    ],
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
const limits = fc.record({
  maxCharacters: fc.integer({ min: 4, max: 120 }),
  maxBytes: fc.integer({ min: 4, max: 300 }),
});
const RUNS = { numRuns: 1500 };

/** The rule by which parts and text belong together; `white space` here is what `\s` matches. */
function expectToBe(source: string, parts: readonly TextPart[]): void {
  let position = 0;
  for (const { text: sent, start, end, open, close } of parts) {
    expect(sent).toBe(open + source.slice(start, end) + close);
    expect(source.slice(position, start)).toMatch(/^\s*$/);
    expect(start).toBeGreaterThanOrEqual(position);
    position = end;
  }
  expect(source.slice(position)).toMatch(/^\s*$/);
}

describe('splitText', () => {
  it('leaves a text alone that fits, whatever is in it', () => {
    for (const sample of ['', 'hi', ' \n indented\n', '```js\nopen', '\ud800', 'x'.repeat(2000)]) {
      expect(splitText(sample)).toEqual([sample]);
    }
  });

  it('makes parts that together are the text, white space at the cuts left out and fences removed', () => {
    fc.assert(
      fc.property(text, limits, (sample, bounds) => expectToBe(sample, cutText(sample, bounds))),
      RUNS,
    );
  });

  it('keeps every part within both limits, and none empty', () => {
    fc.assert(
      fc.property(text, limits, (sample, bounds) => {
        for (const part of splitText(sample, bounds)) {
          expect(part.length).toBeLessThanOrEqual(bounds.maxCharacters);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(bounds.maxBytes);
          if (sample.trim() !== '') expect(part.trim()).not.toBe('');
        }
      }),
      RUNS,
    );
  });

  it('never cuts inside a surrogate pair', () => {
    fc.assert(
      fc.property(text, limits, (sample, bounds) => {
        for (const { start, end } of cutText(sample, bounds)) {
          for (const cut of [start, end])
            expect(sample.slice(cut - 1, cut + 1)).not.toMatch(/^[\ud800-\udbff][\udc00-\udfff]$/);
        }
      }),
      RUNS,
    );
  });

  it('never cuts inside a grapheme, as long as each fits into a message', () => {
    const roomy = fc.record({ maxCharacters: fc.integer({ min: 30, max: 120 }), maxBytes: fc.constant(400) });
    fc.assert(
      fc.property(text, roomy, (sample, bounds) => {
        const segments = [...GRAPHEMES.segment(sample)];
        fc.pre(segments.every(({ segment }) => segment.length <= 14));
        const boundaries = new Set([...segments.map(({ index }) => index), sample.length]);
        for (const { start, end } of cutText(sample, bounds)) {
          expect(boundaries.has(start)).toBe(true);
          expect(boundaries.has(end)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('needs no more parts than one that packs words as full as they go', () => {
    const words = fc.array(fc.constantFrom('a', 'bb', 'ccc', 'dddd.', 'eeeee', 'ffffffff', 'gggggggggg'), {
      minLength: 1,
    });
    const joined = fc.array(fc.tuple(words, fc.constantFrom(' ', '\n', '\n\n')), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(joined, fc.integer({ min: 10, max: 60 }), (lines, maxCharacters) => {
        const sample = lines.map(([line, end]) => line.join(' ') + end).join('');
        expect(splitText(sample, { maxCharacters })).toHaveLength(packed(sample, maxCharacters));
      }),
      RUNS,
    );
  });

  it('fills the messages where it must cut inside a word', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 4, max: 90 }),
        (length, maxCharacters) => {
          expect(splitText('x'.repeat(length), { maxCharacters })).toHaveLength(
            Math.ceil(length / maxCharacters),
          );
        },
      ),
    );
  });

  it.each([
    ['paragraph', 'One two three.\n\nFour five six. Seven', 30, ['One two three.', 'Four five six. Seven']],
    ['line', 'One two three\nfour five. Six seven', 24, ['One two three', 'four five. Six seven']],
    ['sentence', 'One two three. Four five six seven', 24, ['One two three.', 'Four five six seven']],
    [
      'Chinese sentence',
      '今天天气很好。我们去公园散步吧！好的',
      12,
      ['今天天气很好。', '我们去公园散步吧！好的'],
    ],
    ['word', 'alpha beta gamma delta', 12, ['alpha beta', 'gamma delta']],
    ['Chinese word', '我们一起去公园散步', 6, ['我们一起去', '公园散步']],
  ])('prefers the end of a %s', (_name, sample, maxCharacters, parts) => {
    expect(splitText(sample, { maxCharacters })).toEqual(parts);
  });

  it('makes no part of a few characters where even parts are as few', () => {
    const sample = `${'word '.repeat(399)}end`;
    const parts = splitText(`${sample} and more`);
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(part.length).toBeGreaterThan(900);
  });

  it('does not leave a heading behind at the end of a part', () => {
    expect(splitText('Some text here.\n\n## Title\nText below it.', { maxCharacters: 30 })).toEqual([
      'Some text here.',
      '## Title\nText below it.',
    ]);
  });

  it('closes a code fence that it has to cut and opens it again with its info string', () => {
    const code = ['one();', 'two();', '', '  three();', 'four();'];
    const sample = `Code:\n\n\`\`\`ts title=a\n${code.join('\n')}\n\`\`\`\n\nDone.`;
    const parts = splitText(sample, { maxCharacters: 40 });
    const fenced = parts.filter((part) => part.includes('```'));
    expect(fenced.length).toBeGreaterThan(1);
    for (const part of fenced) expect(part).toMatch(/```ts title=a\n[^]*\n```/);
    expect(fenced.map((part) => /```ts title=a\n([^]*)\n```/.exec(part)?.[1]).join('\n')).toBe(
      code.join('\n'),
    );
  });

  it('keeps the indentation and quote signs of a fence, and does not repeat its list marker', () => {
    const sample = `- \`\`\`js\n  ${'a();\n  '.repeat(12)}\`\`\``;
    const parts = splitText(sample, { maxCharacters: 50 });
    expect(parts[0]).toMatch(/^- ```js\n/);
    for (const part of parts.slice(1)) expect(part).toMatch(/^ {2}```js\n {2}a\(\);/);
    for (const part of parts) expect(part).toMatch(/\n {2}```$/);
  });

  it('takes a fence whole into the next part where that costs no message', () => {
    const sample = `${'text '.repeat(20)}\n\n\`\`\`\n${'code();\n'.repeat(10)}\`\`\``;
    expect(splitText(sample, { maxCharacters: 150 })[1]).toMatch(/^```\ncode/);
  });

  it.each([
    [
      'an address',
      `${'w '.repeat(20)}https://example.com/a/long/path?with=query&and=more end`,
      60,
      'https://example.com/a/long/path?with=query&and=more',
    ],
    [
      'a Markdown link',
      `${'w '.repeat(20)}[several words of text](https://example.com/a) end`,
      60,
      '[several words of text](https://example.com/a)',
    ],
    [
      'an address among Chinese',
      `${'你好'.repeat(20)}https://example.com/文档/第一页。${'再见'.repeat(9)}`,
      50,
      'https://example.com/文档/第一页',
    ],
    ['a family', `${'x'.repeat(45)}${FAMILY}${'y'.repeat(45)}`, 50, FAMILY],
    ['a flag after flags', `${'x'.repeat(45)}${'🇨🇳'.repeat(20)}`, 48, '🇨🇳'],
  ])('keeps %s whole', (_name, sample, maxCharacters, whole) => {
    const parts = splitText(sample, { maxCharacters });
    expect(parts.length).toBeGreaterThan(1);
    const count = (texts: string[]): number =>
      texts.reduce((sum, part) => sum + part.split(whole).length - 1, 0);
    expect(count(parts)).toBe(count([sample]));
  });

  it('cuts a link, a word and a grapheme that are too long for a message on their own', () => {
    const zalgo = `a${'\u0301'.repeat(100)}`;
    for (const sample of [`https://example.com/${'p'.repeat(100)}`, 'w'.repeat(100), zalgo]) {
      const parts = splitText(sample, { maxCharacters: 30 });
      expect(parts.join('')).toBe(sample);
      expect(parts).toHaveLength(Math.ceil(sample.length / 30));
    }
  });

  it('obeys the bytes where they are the narrower limit', () => {
    const parts = splitText('汉'.repeat(6000), { maxCharacters: 100_000 });
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(16_384);
  });

  it('loses no lone surrogate', () => {
    const sample = '\ud800 \udc00'.repeat(50);
    expect(splitText(sample, { maxCharacters: 20 }).join('').replace(/\s/g, '')).toBe(
      sample.replace(/\s/g, ''),
    );
  });

  it('takes a limit that is too low for a character, or higher than the server, for the nearest possible', () => {
    expect(splitText('abcdefgh', { maxCharacters: 0 })).toEqual(['abcd', 'efgh']);
    expect(splitText('x'.repeat(20_000), { maxCharacters: 1e9, maxBytes: 1e9 })).toHaveLength(2);
  });

  it('gives one part for a text of nothing but white space', () => {
    expect(splitText(' '.repeat(5000))).toEqual([' '.repeat(2000)]);
  });
});

/** The fewest parts by the book: each takes as many words as it can, white space between parts costs nothing. */
function packed(sample: string, maxCharacters: number): number {
  let parts = 0;
  let start = 0;
  let end = -1;
  for (const { index, 0: word } of sample.matchAll(/\S+/g)) {
    if (end >= 0 && index + word.length - start <= maxCharacters) {
      end = index + word.length;
      continue;
    }
    parts += 1;
    [start, end] = [index, index + word.length];
  }
  return sample.length <= maxCharacters ? 1 : parts;
}
