import assert from 'node:assert/strict';
import { screenshot } from '../../../tools/browser';
import { answeringWorkflow, eventually, type Scenario } from '../world';

export const editorListening: Scenario = {
  name: 'in the editor "Execute workflow" waits for a message, and shows it when it comes',
  async run(world) {
    const { emulator, rest, n8n } = world.stage;
    const account = await world.account();
    const { id } = await rest.createWorkflow(
      answeringWorkflow('Editor listening', account, 'seen in the editor'),
    );
    const page = await world.page();
    await page.goto(`${n8n.url}/workflow/${id}`);
    await page.locator('[data-test-id="execute-workflow-button"]').click();
    await eventually(() => emulator.polls(account.who.bot_id) === 1, 'the editor does not listen');
    await screenshot(page, 'e2e/listening');

    await emulator.write({ ...account.who, text: 'hello editor' });
    const done = await rest.waitForExecution(id);
    assert.equal(done.status, 'success', done.data.resultData.error?.message);
    assert.equal(done.mode, 'manual');
    await page.locator('[data-test-id="canvas-node-status-success"]').nth(1).waitFor();
    await page.locator('[data-test-id="canvas-node"][data-node-name="WeChat Trigger"]').dblclick();
    await page.getByText('hello editor').first().waitFor();
    await screenshot(page, 'e2e/listened');
    await eventually(() => emulator.polls(account.who.bot_id) === 0, 'the poll goes on after the test');
    await page.close();
  },
};
