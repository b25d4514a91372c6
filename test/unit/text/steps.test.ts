import { formatSteps } from '../../../text/markdown';
import { cutSteps } from '../../../text/split';
import { finishInSlices } from '../../../text/steps';

function* counted(steps: number): Generator<void, string> {
  for (let step = 0; step < steps; step += 1) yield;
  return 'done';
}

describe('finishInSlices', () => {
  it('rests whenever it has worked for a slice, and not before', async () => {
    let time = 0;
    const rests: number[] = [];
    const result = await finishInSlices(counted(10), {
      now: () => (time += 2),
      rest: async () => void rests.push(time),
      sliceMs: 5,
    });
    expect(result).toBe('done');
    expect(rests.length).toBeGreaterThan(2);
    expect(rests.length).toBeLessThan(10);
  });
});

/**
 * A megabyte of each, with the fewest steps in which it may be formatted. What is longer than any paragraph is taken as it is, at once. How
 * long a step takes is measured by the bench "text steps".
 */
const MEGABYTE: [string, string, number][] = [
  [
    'prose',
    '你好，世界。这是**重点**，请看 `code` 和 [链接](https://example.com/a)。And more.\n\n- a\n- b\n\n',
    500,
  ],
  ['one line', '今天天气很好，我们去公园散步吧。', 1],
  ['a word', 'a', 1],
  ['lines of a log', '2026-01-01 INFO C:\\a\\b <x> *y* done\n', 500],
  ['rows', '| 1 | *x* y |\n', 500],
  ['HTML', '<div><p>Hello <b>you</b> &amp; me</p></div>\n', 500],
  ['tags', '<b>x</b> ', 500],
  ['fences', '```js\nlet a;\n```\n', 500],
  ['asterisks', '*a ', 1],
  ['backslashes', '\\*', 1],
];
/** A window is read in several steps: its size, its regions, its spans, its cuts, and its plan. */
const CHARACTERS_PER_STEP = 6_000;

describe('A text of a megabyte', () => {
  it.each(MEGABYTE)('of %s takes many steps, is cut whole, and every part fits', (name, unit, least) => {
    const head = name === 'rows' ? '| a | b |\n|---|---|\n' : '';
    const text = head + unit.repeat(1_000_000 / unit.length);
    const formatting = stepped(formatSteps(text, 'weChat'));
    const cutting = stepped(cutSteps(formatting.result));
    for (const part of cutting.result) expect(part.text.length).toBeLessThanOrEqual(2000);
    const own = cutting.result.map(({ text: sent, open, close }) =>
      sent.slice(open.length, sent.length - close.length),
    );
    expect(own.join('').replace(/\s+/g, '')).toBe(formatting.result.replace(/\s+/g, ''));
    expect(formatting.steps).toBeGreaterThanOrEqual(least);
    expect(cutting.steps).toBeGreaterThanOrEqual(formatting.result.length / CHARACTERS_PER_STEP);
  });
});

function stepped<Result>(steps: Generator<void, Result>): { result: Result; steps: number } {
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done) return { result: step.value, steps: count };
  }
}
