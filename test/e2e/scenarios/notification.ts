import assert from 'node:assert/strict';
import { eventually, type Scenario } from '../world';
import { notifier, textsOf } from './sending';

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index + 1}`);

export const notification: Scenario = {
  name: 'workflows without a trigger notify, share one quota, lose no answer, and send on when the user writes',
  async run(world) {
    const { emulator } = world.stage;
    const account = await world.account();
    const { who } = account;
    const texts = (): string[] => textsOf(world, account);
    // Nobody listens; WeChat keeps it, and with it the context token.
    const { context_token } = await emulator.write({ ...who, text: 'hello' });
    const one = await notifier(world, 'notify-one', account);
    const two = await notifier(world, 'notify-two', account);

    emulator.faults.add({ endpoint: 'sendmessage', drop: 'after' });
    await one.notify('the answer to this one gets lost');
    assert.deepEqual(texts(), ['the answer to this one gets lost']);
    const [first] = emulator.requests('sendmessage').filter(({ bot_id }) => bot_id === who.bot_id);
    const { msg } = first?.body as { msg: { context_token: string } };
    assert.equal(msg.context_token, context_token);

    await Promise.all([one.notify(...numbered('one', 6)), two.notify(...numbered('two', 6))]);
    assert.equal(texts().length, 10, 'the two workflows share ten messages');
    await emulator.write({ ...who, text: 'thanks' });
    await eventually(() => texts().length === 11, 'nobody noticed that the user wrote');
    const all = texts().join('\n\n').split('\n\n');
    assert.equal(new Set(all).size, 13, 'each arrived once');
    for (const name of ['one', 'two']) {
      assert.deepEqual(
        all.filter((text) => text.startsWith(name)),
        numbered(name, 6),
      );
    }
    await eventually(() => emulator.polls(who.bot_id) === 0, 'nothing waits any more, but somebody polls');
    await Promise.all([one.stop(), two.stop()]);
  },
};
