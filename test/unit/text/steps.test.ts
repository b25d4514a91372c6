import { formatSteps } from '../../../text/markdown';
import { cutSteps } from '../../../text/split';
import { finish, finishInSlices } from '../../../text/steps';

function* counted(steps: number): Generator<void, string> {
  for (let step = 0; step < steps; step += 1) yield;
  return 'done';
}

describe('finish', () => {
  it('gives what the steps end with', () => {
    expect(finish(counted(3))).toBe('done');
  });
});

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

/** A megabyte of each. No step may hold the thread for 20 ms; measured is the time of the processor, as others use it too. */
const MEGABYTE: [string, string][] = [
  [
    'prose',
    '你好，世界。这是**重点**，请看 `code` 和 [链接](https://example.com/a)。And more.\n\n- a\n- b\n\n',
  ],
  ['one line', '今天天气很好，我们去公园散步吧。'],
  ['a word', 'a'],
  ['lines of a log', '2026-01-01 INFO C:\\a\\b <x> *y* done\n'],
  ['rows', '| 1 | *x* y |\n'],
  ['HTML', '<div><p>Hello <b>you</b> &amp; me</p></div>\n'],
  ['tags', '<b>x</b> '],
  ['fences', '```js\nlet a;\n```\n'],
  ['asterisks', '*a '],
  ['backslashes', '\\*'],
];

describe('A text of a megabyte', () => {
  it.each(MEGABYTE)('of %s takes short steps, is cut whole, and every part fits', (name, unit) => {
    const head = name === 'rows' ? '| a | b |\n|---|---|\n' : '';
    const text = head + unit.repeat(1_000_000 / unit.length);
    const formatting = paced(formatSteps(text, 'weChat'));
    const cutting = paced(cutSteps(formatting.result));
    for (const part of cutting.result) expect(part.text.length).toBeLessThanOrEqual(2000);
    const own = cutting.result.map(({ text: sent, open, close }) =>
      sent.slice(open.length, sent.length - close.length),
    );
    expect(own.join('').replace(/\s+/g, '')).toBe(formatting.result.replace(/\s+/g, ''));
    // The longest may be one in which the compiler or the garbage collector worked.
    for (const { longMs } of [formatting, cutting]) expect(longMs).toBeLessThan(20);
  });
});

function paced<Result>(steps: Generator<void, Result>): { result: Result; longMs: number } {
  const took: number[] = [];
  for (;;) {
    const before = process.cpuUsage();
    const step = steps.next();
    took.push(process.cpuUsage(before).user / 1000);
    if (step.done)
      return { result: step.value, longMs: took.sort((a, b) => b - a)[Math.floor(took.length / 100)] ?? 0 };
  }
}
