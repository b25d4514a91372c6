import assert from 'node:assert/strict';
import { answeringWorkflow, eventually, withinASecond, type Scenario } from '../world';

export const activation: Scenario = {
  name: 'activation starts one poll, deactivation ends it within a second, activation again starts it again',
  async run(world) {
    const { emulator, rest } = world.stage;
    const account = await world.account();
    const { id } = await rest.createWorkflow(answeringWorkflow('Activation', account, 'hello'));
    const polls = (): number => emulator.polls(account.who.bot_id);
    const tookMs: number[] = [];
    for (let round = 0; round < 2; round++) {
      await rest.activate(id);
      await eventually(() => polls() === 1, 'the trigger does not poll');
      const closing = rest.deactivate(id);
      tookMs.push(await eventually(() => polls() === 0, 'the poll goes on after the deactivation'));
      await closing;
    }
    withinASecond(tookMs, 'after the deactivation was asked for');
    assert.deepEqual(await rest.executions(id), [], 'nothing was received, so nothing may have run');
  },
};
