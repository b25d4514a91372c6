import assert from 'node:assert/strict';
import { OWNER } from '../../../tools/stage';
import { answeringWorkflow, eventually, type Scenario } from '../world';

export const restart: Scenario = {
  name: 'after a restart of n8n the trigger is back, and what was written in between is answered',
  async run(world) {
    const { emulator, rest, n8n } = world.stage;
    const account = await world.account();
    const { who } = account;
    const { id } = await rest.createWorkflow(
      answeringWorkflow('Restart', account, '={{ "re: " + $json.text }}'),
    );
    await rest.activate(id);
    await eventually(() => emulator.polls(who.bot_id) === 1, 'the trigger does not poll');
    await emulator.write({ ...who, text: 'before' });
    await emulator.waitFor((seen) => seen.some(({ text }) => text === 're: before'), who, 60_000);

    await n8n.stop();
    // The operating system closes the connection; the emulator hears of it a moment later.
    await eventually(() => emulator.polls(who.bot_id) === 0, 'a stopped n8n must not poll');
    await emulator.write({ ...who, text: 'in between' });
    await n8n.start();
    await rest.login(OWNER);
    await emulator.waitFor((seen) => seen.some(({ text }) => text === 're: in between'), who, 60_000);
    const answers = emulator.sees(who.bot_id, who.user_id).filter(({ from }) => from === 'bot');
    assert.deepEqual(
      answers.map(({ text }) => text),
      ['re: before', 're: in between'],
    );
    await rest.deactivate(id);
  },
};
