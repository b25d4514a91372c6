import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { screenshot } from '../../../tools/browser';
import { credentialData } from '../../../tools/stage';
import type { Scenario, World } from '../world';

const byTestId = (page: Page, id: string): Locator => page.locator(`[data-test-id="${id}"]`);

export const editor: Scenario = {
  name: 'the editor shows both nodes, their parameters and the credential dialog, which connects',
  async run(world) {
    // With a credential there the node offers a list of them, without one a button: let it be the list, always.
    await world.account();
    const page = await world.page();
    await page.goto(`${world.stage.n8n.url}/workflow/new`);
    await findNodes(page);
    await addTrigger(page);
    await connect(page, world);
    await addAction(page);
    await page.close();
    // n8n's editor looks a community package up at npm to show its details (refused in this browser). Nothing else.
    const others = world
      .outsideRequests()
      .filter((url) => new URL(url).pathname !== `/${world.stage.packed.name}`);
    assert.deepEqual(others, [], 'the editor asks nobody else outside');
  },
};

/** The panel lists trigger and actions of a package under one name. */
async function findNodes(page: Page): Promise<void> {
  await byTestId(page, 'canvas-plus-button').first().click();
  await openInPanel(page);
  await page.getByText('Actions (13)').click();
  const entries = byTestId(page, 'item-iterator-item');
  await entries.filter({ hasText: 'Send media' }).waitFor();
  await screenshot(page, 'e2e/node-panel');
  const texts = (await entries.allInnerTexts()).map((text) => text.trim());
  assert.deepEqual(
    texts.filter((text) => text !== text.toUpperCase()),
    [
      'On new WeChat event',
      'Cancel queued messages',
      'Get conversation',
      'Get many conversations',
      'List queued messages',
      'Get login link',
      'Get login QR code',
      'Log out',
      'Wait for login scan',
      'Download media',
      'Send media',
      'Send text',
      'Start typing',
      'Stop typing',
    ],
  );
}

async function openInPanel(page: Page): Promise<void> {
  await byTestId(page, 'node-creator-search-bar').fill('wechat');
  const entries = byTestId(page, 'item-iterator-item').filter({ hasText: 'WeChat' });
  const found = entries.filter({ hasNotText: 'Login' }).first();
  await found.waitFor();
  const icon = found.locator('img').first();
  await icon.waitFor();
  await screenshot(page, 'e2e/node-search');
  const width = await icon.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
  assert.ok(width > 0, 'the icon of the node does not load');
  await found.click();
}

async function addTrigger(page: Page): Promise<void> {
  await byTestId(page, 'item-iterator-item').filter({ hasText: 'On new WeChat event' }).click();
  await byTestId(page, 'ndv').waitFor();
  assert.deepEqual(await labels(page), ['Message Types', 'Filters', 'Download Media', 'Options']);
  await screenshot(page, 'e2e/trigger-parameters');
}

async function connect(page: Page, { stage: { emulator } }: World): Promise<void> {
  await byTestId(page, 'node-credentials-select').first().click();
  await byTestId(page, 'node-credentials-select-item-new').click();
  const dialog = byTestId(page, 'editCredential-modal');
  await dialog.waitFor();
  await screenshot(page, 'e2e/credential-dialog');
  const data = credentialData(emulator, emulator.bind());
  for (const [name, value] of Object.entries(data)) {
    await dialog
      .locator(`[data-test-id="parameter-input-${name}"] input, [data-test-id="${name}"] input`)
      .first()
      .fill(value);
  }
  await byTestId(page, 'credential-save-button').click();
  // The dialog closes itself when the test was a success; opened again, it tests and says so.
  await dialog.waitFor({ state: 'hidden' });
  await byTestId(page, 'credential-edit-button').click();
  await dialog.getByText('Connection tested successfully').waitFor();
  await screenshot(page, 'e2e/credential-connected');
  assert.equal(await dialog.locator('input[type=password]').count(), 1, 'the token is hidden');
  await page.keyboard.press('Escape'); // closes the dialog and the node behind it
  await byTestId(page, 'ndv').waitFor({ state: 'hidden' });
}

async function addAction(page: Page): Promise<void> {
  await byTestId(page, 'node-creator-plus-button').click();
  await openInPanel(page);
  await byTestId(page, 'item-iterator-item').filter({ hasText: 'Send media' }).click();
  await byTestId(page, 'ndv').waitFor();
  assert.deepEqual(await labels(page), [
    'Resource',
    'Operation',
    'To',
    'Source',
    'Input Binary Field',
    'Send As',
    'Caption',
    'Options',
  ]);
  await screenshot(page, 'e2e/action-parameters');
}

/** The names of the parameters in the open node, from top to bottom. */
async function labels(page: Page): Promise<string[]> {
  const found = byTestId(page, 'node-parameters').locator('[data-test-id="input-label"]:visible');
  // Behind the name come the words of its "Fixed | Expression" switch.
  return (await found.allInnerTexts()).map((text) => text.trim().split('\n')[0] ?? '').filter(Boolean);
}
