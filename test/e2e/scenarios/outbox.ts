import assert from 'node:assert/strict';
import { OWNER } from '../../../tools/stage';
import { answeringWorkflow, eventually, type Scenario } from '../world';
import { notifier, textsOf } from './sending';

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `reply ${from + index}`);

export const outbox: Scenario = {
  name: 'of eleven replies the last waits until the user writes again, and a full outbox survives a restart',
  async run(world) {
    const { emulator, rest, n8n } = world.stage;
    const account = await world.account();
    const { who } = account;
    const texts = (): string[] => textsOf(world, account);
    const text = '={{ "re: " + $json.text }}';
    const trigger = await rest.createWorkflow(answeringWorkflow('Outbox', account, text));
    await rest.activate(trigger.id);
    await eventually(() => emulator.polls(who.bot_id) === 1, 'the trigger does not poll');
    await emulator.write({ ...who, text: 'hello' });
    await eventually(() => texts().includes('re: hello'), 'the first answer does not come');

    const sender = await notifier(world, 'outbox', account);
    await sender.notify(...numbered(2, 11));
    assert.deepEqual(texts(), ['re: hello', ...numbered(2, 10)]);
    await emulator.write({ ...who, text: 'go on' });
    await eventually(() => texts().length === 12, 'what was queued does not come');
    assert.deepEqual(texts().slice(10), ['reply 11', 're: go on']);
    assert.deepEqual(world.complaints(account), [], 'nobody asked for what was known to be closed');

    await sender.notify(...numbered(12, 23));
    assert.equal(texts().length, 20);
    await n8n.stop();
    await eventually(() => emulator.polls(who.bot_id) === 0, 'a stopped n8n must not poll');
    await emulator.write({ ...who, text: 'back again' });
    await n8n.start();
    await rest.login(OWNER);
    await eventually(() => texts().includes('re: back again'), 'nothing comes after the restart');
    assert.deepEqual(texts().slice(20), [numbered(20, 23).join('\n\n'), 're: back again']);
    await sender.stop();
    await rest.deactivate(trigger.id);
  },
};
