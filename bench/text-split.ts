import type { Row } from './table';
import { splitText } from '../test/support/texts/whole';

const SMALL = 100_000;
const TIMES = 16;
/** A method that looks at each place more than a few times would take 256 times as long for 16 times the text. */
const MOST = 32;

/** What makes splitters slow: no place to cut at, or very many that are none. */
const TEXTS: Array<[string, string]> = [
  ['Chinese', '今天天气很好，我们一起去公园散步吧。'],
  ['one word', 'a'],
  ['brackets', '[a]('],
  ['fences', '```\nx\n```\n'],
  ['combining marks', '\u0301'],
  ['white space before text', ' '],
];

/** How the time to split a text grows with its length: 16 times the text, beside the text itself, in one run. */
export async function textSplit(): Promise<Row[]> {
  return TEXTS.map(([name, unit]) => {
    const of = (length: number): string => `${unit.repeat(length / unit.length)}end`;
    durationMs(of(SMALL));
    const ratio = durationMs(of(SMALL * TIMES)) / durationMs(of(SMALL));
    return {
      what: `splitting ${TIMES} times the text: ${name}`,
      value: ratio,
      unit: 'times',
      limit: `under ${MOST} times`,
      ok: ratio < MOST,
    };
  });
}

function durationMs(text: string): number {
  const startedAt = performance.now();
  splitText(text);
  return performance.now() - startedAt;
}
