import assert from 'node:assert/strict';
import { Arena } from '../../crash/n8n/arena';
import type { RoundPlan } from '../../crash/n8n/plan';
import { crashWorkflow } from '../../crash/n8n/workflow';
import { seededRandom } from '../../support/seeded-random';
import { OWNER } from '../../../tools/stage';
import type { Scenario } from '../world';

/** The long form is `npm run crash`. No kill comes so early that n8n waits two minutes before it activates the workflow again. */
const ROUNDS: RoundPlan[] = [
  { moment: 'running', killAfterMs: 2_000, burst: 0, thenMs: 0, perSecond: 20 },
  { moment: 'in a burst', killAfterMs: 1_500, burst: 20, thenMs: 40, perSecond: 5 },
  { moment: 'stopping', killAfterMs: 1_500, burst: 0, thenMs: 200, perSecond: 20 },
];

export const crash: Scenario = {
  name: 'n8n is killed three times while messages flow, and none that was kept is lost or runs twice',
  async run(world) {
    const { rest } = world.stage;
    const { bot, credential } = await world.account();
    const { id } = await rest.createWorkflow(crashWorkflow(credential, 'taken'));
    await rest.activate(id);
    const arena = new Arena(world.stage, { bot, workflowId: id, acknowledge: 'taken' }, seededRandom(1));
    try {
      await arena.open();
      for (const plan of ROUNDS) await arena.fight(plan);
      await arena.drain();
    } finally {
      arena.close();
    }
    await rest.login(OWNER);
    await rest.deactivate(id);
    const result = arena.result();
    assert.deepEqual(result.lostFromStore, []);
    assert.equal(result.duplicates, 0);
    assert.equal(result.unexplained, 0);
    assert.equal(result.messages, result.kept + result.lostInReply);
    assert.ok(result.messages > 30, 'hardly anything was written, so this shows nothing');
  },
};
