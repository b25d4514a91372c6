import fc from 'fast-check';

import { MAX_TEXT_BYTES } from '../../../text/split';
import { CONTENT } from '../../support/texts/content';
import { documents } from '../../support/texts/documents';
import { cutText, forWeChat, toPlain } from '../../support/texts/whole';

/** More with TEXT_DOCUMENTS=20000, the same again with TEXT_SEED (CONTRIBUTING.md). */
const numRuns = Number(process.env.TEXT_DOCUMENTS ?? 400);
const seed = Number(process.env.TEXT_SEED ?? Date.now() % 0x7fffffff);
const RUNS = { numRuns, seed };
const LIMITS = fc.integer({ min: 100, max: 2500 });

const bare = (text: string): string => text.replace(/\s+/g, '');
const count = numRuns > 1000 ? numRuns * 20 : undefined;
jest.setTimeout(Math.max(60_000, count ?? 0));

describe('Every letter, digit and symbol that is no markup arrives, in order', () => {
  beforeAll(() => process.stdout.write(`${numRuns} documents, seed ${seed}\n`));

  test('with the format WeChat', () => {
    fc.assert(
      fc.property(documents, ({ source, weChat }) => expect(bare(forWeChat(source))).toBe(bare(weChat))),
      RUNS,
    );
  });

  test('with the format Plain Text', () => {
    fc.assert(
      fc.property(documents, ({ source, plain }) => expect(bare(toPlain(source))).toBe(bare(plain))),
      RUNS,
    );
  });

  test('through cuts, with no part over its limit and nothing left open', () => {
    fc.assert(
      fc.property(documents, LIMITS, fc.boolean(), ({ source, weChat, plain }, maxCharacters, isPlain) => {
        const parts = cutText(isPlain ? toPlain(source) : forWeChat(source), { maxCharacters });
        for (const { text } of parts) {
          expect(text.length).toBeLessThanOrEqual(maxCharacters);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_TEXT_BYTES);
        }
        const own = parts.map(({ text, open, close }) => text.slice(open.length, text.length - close.length));
        expect(bare(own.join(''))).toBe(bare(isPlain ? plain : weChat));
        if (!isPlain) for (const { text } of parts) expectWhole(text);
      }),
      RUNS,
    );
  });
});

test.each(CONTENT)('%s arrives character by character, alone and in a sentence', (text) => {
  for (const source of [text, `请看 ${text} 吧`, `- ${text}`, `a\n\n${text}\n\nb`]) {
    expect(forWeChat(source)).toBe(source);
    expect(toPlain(source)).toBe(source);
  }
});

/** No half of anything: each message that was made of whole documents has its own pairs of everything. */
function expectWhole(message: string): void {
  const lines = message.split('\n');
  expect(lines.filter((line) => line.startsWith('```')).length % 2).toBe(0);
  const isCode = codeLines(lines);
  lines.forEach((line, index) => {
    if (isCode[index] || !/^\| .* \|$/.test(line)) return;
    let top = index;
    while (top > 0 && lines[top - 1]?.startsWith('|')) top -= 1;
    expect(lines[top + 1]).toBe('|---|:--|');
  });
}

function codeLines(lines: readonly string[]): boolean[] {
  let isOpen = false;
  return lines.map((line) => {
    if (line.startsWith('```')) isOpen = !isOpen;
    return isOpen || line.startsWith('```');
  });
}
