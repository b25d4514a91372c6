import assert from 'node:assert/strict';
import { eventually, type Scenario } from '../world';
import { notifier, textsOf } from './sending';

const PAGES = 30;

/** A page of about 2,000 characters with everything that a language model likes to write. */
function page(number: number): string {
  const mark = (what: string): string => `⟦${number}.${what}⟧`;
  const chinese =
    `${mark('zh')} 这是第${number}页。微信机器人应当把每一个字都送到，不丢也不重复。👩‍👩‍👧‍👦🇨🇳 `.repeat(1);
  const filler = '人工智能助手会写很长的回答，里面有说明、例子和总结。'.repeat(12);
  const english = `${mark('en')} ${'The quick brown fox jumps over the lazy dog, and *nothing* is lost. '.repeat(8)}`;
  const code = Array.from(
    { length: 12 },
    (_, line) => `const value${line} = compute(${number}, ${line}); // ${mark(`code${line}`)}`,
  );
  return [
    `## ${mark('head')} 第 ${number} 页 / Page ${number}`,
    `${chinese}${filler}`,
    english,
    ['```ts', ...code, '```'].join('\n'),
    `| 项目 | Value |\n| --- | --- |\n| ${mark('cell1')} | 一 |\n| ${mark('cell2')} | **two** |`,
    `- ${mark('li1')} see [the docs](https://example.com/page/${number}?a=1&b=2)\n- [x] ${mark('li2')} done ✅`,
  ].join('\n\n');
}

const marksIn = (text: string): string[] => text.match(/⟦[^⟧]*⟧/g) ?? [];

export const longAnswer: Scenario = {
  name: 'a Markdown answer of thirty pages arrives whole and in order, as the user goes on writing',
  async run(world) {
    const { emulator } = world.stage;
    const account = await world.account();
    const { who } = account;
    const answer = Array.from({ length: PAGES }, (_, index) => page(index + 1)).join('\n\n');
    await emulator.write({ ...who, text: 'tell me everything' });
    const sender = await notifier(world, 'long-answer', account);
    await sender.notify(answer);
    const marks = (): string[] => marksIn(textsOf(world, account).join('\n'));
    for (let round = 0; marks().length < marksIn(answer).length; round++) {
      assert.ok(round < 10, 'the answer does not come to its end');
      const before = marks().length;
      await emulator.write({ ...who, text: 'go on' });
      await eventually(() => marks().length > before, 'nothing more comes');
      await settled(() => marks().length);
    }
    const texts = textsOf(world, account);
    assert.deepEqual(marks(), marksIn(answer), 'every piece, once, in order');
    assert.ok(texts.every((text) => text.length <= 2_000 && !text.includes('\ufffd')));
    assert.ok(
      texts.every((text) => (text.match(/^```/gm) ?? []).length % 2 === 0),
      'every fence is closed',
    );
    await sender.stop();
  },
};

/** Waits until a number has stayed the same for longer than the pause between two messages. */
async function settled(value: () => number): Promise<void> {
  let last = value();
  let since = Date.now();
  await eventually(() => {
    if (value() !== last) [last, since] = [value(), Date.now()];
    return Date.now() - since > 3_000;
  }, 'it never comes to rest');
}
