import assert from 'node:assert/strict';
import { answeringWorkflow, eventually, withinASecond, type Scenario } from '../world';

export const listening: Scenario = {
  name: 'a test run listens until the first message, and a stopped one ends its poll within a second',
  async run(world) {
    const { emulator, rest } = world.stage;
    const account = await world.account();
    const { id } = await rest.createWorkflow(answeringWorkflow('Listening', account, 'heard'));
    const workflow = await rest.workflow(id);
    const polls = (): number => emulator.polls(account.who.bot_id);

    const first = await rest.listen(workflow, 'WeChat Trigger');
    await eventually(() => polls() === 1, 'the test run does not poll');
    await emulator.write({ ...account.who, text: 'a test' });
    const execution = await rest.waitUntilFinished(first.executionId);
    assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
    assert.equal(execution.mode, 'manual');
    const item = execution.data.resultData.runData['WeChat Trigger']?.[0]?.data?.main[0]?.[0];
    assert.equal(item?.json.text, 'a test');
    const tookMs = [await eventually(() => polls() === 0, 'the poll goes on after the test run')];

    const second = await rest.listen(workflow, 'WeChat Trigger');
    await eventually(() => polls() === 1, 'the second test run does not poll');
    await rest.stopExecution(second.executionId);
    tookMs.push(await eventually(() => polls() === 0, 'the poll goes on after the test run was stopped'));
    withinASecond(tookMs, 'after the end of the test run');
  },
};
