import assert from 'node:assert/strict';
import { answeringWorkflow, eventually, type Scenario } from '../world';

/** Longer than the five seconds after which the indicator dies by itself. */
const THINKING_SECONDS = 7;
/** From the answer until the phone hides it. */
const HIDING_MS = 2_000;

export const typing: Scenario = {
  name: 'the trigger alone keeps typing visible while the workflow thinks, and the answer ends it',
  async run(world) {
    const { emulator, rest } = world.stage;
    const account = await world.account();
    const { bot_id, user_id } = account.who;
    const draft = answeringWorkflow('Thinks', account, 'Forty-two');
    const [trigger, answer] = draft.nodes;
    assert.ok(trigger && answer);
    trigger.parameters = { ...trigger.parameters, options: { showTyping: true } };
    draft.nodes.push({
      id: 'think',
      name: 'Think',
      type: 'n8n-nodes-base.wait',
      typeVersion: 1.1,
      position: [100, 200],
      parameters: { amount: THINKING_SECONDS, unit: 'seconds' },
    });
    const link = (node: string) => ({ main: [[{ node, type: 'main' as const, index: 0 }]] });
    draft.connections = { [trigger.name]: link('Think'), Think: link(answer.name) };
    const { id } = await rest.createWorkflow(draft);
    await rest.activate(id);

    const changes: Array<{ typing: boolean; at: number }> = [];
    emulator.world.events.on('typing', (change) => {
      if (change.user_id === user_id) changes.push({ typing: change.typing, at: Date.now() });
    });
    await emulator.write({ ...account.who, text: 'What is the answer?' });
    const execution = await rest.waitForExecution(id);
    assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
    await eventually(() => !emulator.typing(bot_id, user_id), 'typing was not hidden', HIDING_MS);

    assert.deepEqual(
      changes.map((change) => change.typing),
      [true, false],
      'typing flickered, or was not hidden',
    );
    const shownMs = changes[1]!.at - changes[0]!.at;
    assert.ok(shownMs >= (THINKING_SECONDS - 1) * 1_000, `typing was visible for ${shownMs} ms only`);
    assert.deepEqual(world.complaints(account), []);
    await rest.deactivate(id);
  },
};
