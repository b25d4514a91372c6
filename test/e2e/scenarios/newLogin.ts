import assert from 'node:assert/strict';
import { CREDENTIAL_TYPE, credentialData } from '../../../tools/stage';
import { answeringWorkflow, eventually, type Scenario } from '../world';

export const newLogin: Scenario = {
  name: 'a revoked login gives one failed execution that says so, and a new token in the credential is picked up',
  async run(world) {
    const { emulator, rest } = world.stage;
    const account = await world.account();
    const { credential, who } = account;
    const { id } = await rest.createWorkflow(answeringWorkflow('New login', account, 'here again'));
    await rest.activate(id);
    await eventually(() => emulator.polls(who.bot_id) === 1, 'the trigger does not poll');

    emulator.revoke(who.bot_id);
    const failed = await rest.waitForExecution(id, {});
    assert.equal(failed.status, 'error');
    assert.match(JSON.stringify(failed.data.resultData.error), /log in/i);

    const bot = emulator.bind({ user_id: who.user_id });
    await rest.updateCredential(
      credential.id,
      credential.name,
      CREDENTIAL_TYPE,
      credentialData(emulator, bot),
    );
    await eventually(() => emulator.polls(bot.ilink_bot_id) === 1, 'the new token is not used');
    await emulator.write({ bot_id: bot.ilink_bot_id, user_id: who.user_id, text: 'back?' });
    // That the trouble is over is an execution, too: a green one, which starts nothing behind the trigger.
    const statuses = async (): Promise<string[]> =>
      (await rest.executions(id)).map(({ status }) => status).sort();
    await eventually(
      async () => (await statuses()).join() === 'error,success,success',
      'no answer, or no end',
    );
    const chat = emulator.sees(bot.ilink_bot_id, who.user_id);
    assert.deepEqual(
      chat.filter(({ from }) => from === 'bot').map(({ text }) => text),
      ['here again'],
    );
    assert.equal((await statuses()).length, 3, 'one failed execution, not one per poll');
    await rest.deactivate(id);
  },
};
