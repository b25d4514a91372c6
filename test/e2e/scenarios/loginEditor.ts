import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { screenshot } from '../../../tools/browser';
import { ACTION_TYPE, chain, eventually, nodeOf, type Scenario, type World } from '../world';
import { assertNowhere, everythingSaid, openLoginStage, type LoginStage } from '../login/stage';
import { Visitor } from '../login/visitor';

const byTestId = (page: Page, id: string) => page.locator(`[data-test-id="${id}"]`);

/** What a person sees in the editor: the link to click, the QR code of the node, and a test of the login page. */
export const loginEditor: Scenario = {
  name: 'in the editor the link can be clicked, the page can be tried, the QR code shows, and waiting for the scan saves the credential',
  async run(world) {
    const login = await openLoginStage(world);
    const page = await world.page();
    await clickLink(world, page, login);
    await tryPage(world, login);
    await scanInEditor(world, page, login);
    await page.close();
    const tokens = world.stage.emulator.world.bots.all().map(({ login: bot }) => bot.bot_token);
    assertNowhere(tokens, await everythingSaid(world));
    await login.close();
  },
};

/** The button of the example workflow, and the link beside its output. */
async function clickLink(world: World, page: Page, { workflowId }: LoginStage): Promise<void> {
  await page.goto(`${world.stage.n8n.url}/workflow/${workflowId}`);
  await byTestId(page, 'canvas-node').first().waitFor();
  await screenshot(page, 'e2e/login-example');
  const { executionId } = await world.stage.rest.listen(
    await world.stage.rest.workflow(workflowId),
    'Start Here',
  );
  await world.stage.rest.waitUntilFinished(executionId);
  await page.goto(`${world.stage.n8n.url}/workflow/${workflowId}/executions/${executionId}`);
  await byTestId(page, 'canvas-node').filter({ hasText: 'Get Login Link' }).dblclick();
  const link = page.getByRole('link', { name: 'Open the login page' });
  await link.waitFor();
  await screenshot(page, 'e2e/login-link-output');
  const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
  await opened.locator('#unused').waitFor();
  await opened.close();
}

/** "Execute step" on the login trigger, and a link for its test from another workflow: the test ends with the login. */
async function tryPage({ stage: { rest, emulator } }: World, { workflowId }: LoginStage): Promise<void> {
  const workflow = await rest.workflow(workflowId);
  const known = (await rest.executions(workflowId)).map(({ id }) => id);
  await rest.listen(workflow, 'WeChat Login Trigger');
  const link = await testLink(rest);
  assert.match(link, /webhook-test/);
  const visitor = await Visitor.arrive({ colorScheme: 'dark' });
  await visitor.open(link.replace(/#.*/, ''), 'unknown');
  await visitor.open(link, 'unused');
  const url = await visitor.show();
  await visitor.picture('code-desktop-dark');
  emulator.scan(url);
  emulator.confirm(url);
  await visitor.sees('done');
  const execution = await rest.waitForExecution(workflowId, { known });
  assert.equal(execution.mode, 'manual');
  assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
  const item = execution.data.resultData.runData['WeChat Login Trigger']?.[0]?.data?.main[0]?.[0];
  assert.equal(item?.json.type, 'login');
  await visitor.leave();
}

async function testLink(rest: World['stage']['rest']): Promise<string> {
  const parameters = { resource: 'login', operation: 'getLoginLink', options: { useTestPage: true } };
  const nodes = [
    nodeOf('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
    nodeOf('Get Login Link', ACTION_TYPE, 1, parameters),
  ];
  const { executionId } = await rest.listen(
    await rest.createWorkflow(chain('Link for a test', nodes)),
    'Start',
  );
  const run = await rest.waitUntilFinished(executionId);
  assert.equal(run.status, 'success', run.data.resultData.error?.message);
  return String(run.data.resultData.runData['Get Login Link']?.[0]?.data?.main[0]?.[0]?.json.url);
}

/** Get QR Code, and Wait for Scan behind it, as one manual execution. */
async function scanInEditor(world: World, page: Page, { apiCredential }: LoginStage): Promise<void> {
  const { emulator, rest, n8n } = world.stage;
  const options = { apiBaseUrl: emulator.apiUrl, cdnBaseUrl: emulator.cdnUrl };
  const node = (name: string, type: string, parameters: object) => ({
    id: name.toLowerCase().replaceAll(' ', '-'),
    name,
    type,
    typeVersion: 1,
    position: [0, 0] as [number, number],
    parameters: parameters as Record<string, unknown>,
  });
  const wait = node('Wait for Scan', ACTION_TYPE, { resource: 'login', operation: 'waitForScan', options });
  const workflow = await rest.createWorkflow(
    chain('Scan in n8n', [
      node('Start', 'n8n-nodes-base.manualTrigger', {}),
      node('Get QR Code', ACTION_TYPE, { resource: 'login', operation: 'getQrCode', options }),
      { ...wait, credentials: { n8nApi: apiCredential } },
    ]),
  );
  const before = emulator.requests('get_bot_qrcode').length;
  const { executionId } = await rest.listen(workflow, 'Start');
  await eventually(() => emulator.requests('get_bot_qrcode').length > before, 'no code was asked for');
  const url = [...emulator.world.logins['byUrl'].keys()].at(-1)!;
  emulator.scan(url);
  emulator.confirm(url);
  const run = await rest.waitUntilFinished(executionId);
  assert.equal(run.status, 'success', run.data.resultData.error?.message);
  const item = run.data.resultData.runData['Wait for Scan']?.[0]?.data?.main[0]?.[0];
  assert.equal(item?.json.status, 'confirmed');
  assert.equal(item?.json.credentialCreated, true);
  await page.goto(`${n8n.url}/workflow/${workflow.id}/executions/${executionId}`);
  await byTestId(page, 'canvas-node').filter({ hasText: 'Get QR Code' }).dblclick();
  await byTestId(page, 'ndv').getByText('Binary', { exact: true }).first().click();
  await screenshot(page, 'e2e/login-qr-node');
}
