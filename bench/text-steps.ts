import { silkToWav } from '../ilink/media/silk';
import { silkTone } from '../test/support/voice';
import { formatSteps } from '../text/markdown';
import { cutSteps } from '../text/split';
import { percentile, type Row } from './table';

const CHARACTERS = 1_000_000;
/** Nothing may hold the thread of n8n for longer. */
const MOST_MS = 20;
/** The longest steps may be those in which the compiler or the garbage collector worked. */
const SHARE = 0.99;

const TEXTS: Array<[string, string]> = [
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

/** How long a step of a text of a million characters holds the thread, and a minute of voice that of its caller. */
export async function textSteps(): Promise<Row[]> {
  const rows = TEXTS.flatMap(([name, unit]) => {
    const formatting = paced(formatSteps(unit.repeat(CHARACTERS / unit.length), 'weChat'));
    const cutting = paced(cutSteps(formatting.result));
    return [
      row(`longest step of formatting a megabyte of ${name}`, formatting.longMs),
      row(`longest step of cutting a megabyte of ${name}`, cutting.longMs),
    ];
  });
  return [...rows, row('a minute of voice, on the thread of its caller', await voiceMs())];
}

function row(what: string, value: number): Row {
  return { what, value, unit: 'ms of processor', limit: `under ${MOST_MS} ms`, ok: value < MOST_MS };
}

function paced<Result>(steps: Generator<void, Result>): { result: Result; longMs: number } {
  const took: number[] = [];
  for (;;) {
    const before = process.threadCpuUsage();
    const step = steps.next();
    took.push(process.threadCpuUsage(before).user / 1_000);
    if (step.done) return { result: step.value, longMs: percentile(took, SHARE) };
  }
}

/** All of it together. The decoder is found and read for the first time before. */
async function voiceMs(): Promise<number> {
  const minute = await silkTone(440, 60);
  await silkToWav(await silkTone(440, 1));
  const before = process.threadCpuUsage();
  await silkToWav(minute);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
