import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { screenshot } from '../../../tools/browser';
import { answerWorkflow } from '../../../demo/workflow';
import type { Scenario } from '../world';

/** The demo as a person uses it. */
export const phonePage: Scenario = {
  name: 'who types into the phone page sees typing and the answer of the workflow there, and gets a picture for a picture',
  async run(world) {
    const { emulator, rest } = world.stage;
    const account = await world.account();
    const { id } = await rest.createWorkflow(answerWorkflow(account.credential));
    await rest.activate(id);
    const page = await world.page();
    await page.goto(`${emulator.personUrl}/?${new URLSearchParams(account.who).toString()}`);

    await rememberTyping(page);
    await page.locator('#text').fill('你好 n8n');
    await page.keyboard.press('Enter');
    await page.locator('.bubble', { hasText: 'You wrote: 你好 n8n' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('data-typing-was-seen'), '', 'typing was not shown');

    const answer = page.locator('[data-testid=message]', { hasText: 'You wrote: 你好 n8n' });
    await answer.hover();
    await answer.locator('[data-testid=quote-message]').click();
    await page.locator('#text').fill('about that');
    await page.keyboard.press('Enter');
    await page.locator('.bubble', { hasText: 'You wrote: about that' }).waitFor();
    const [, said, quoting] = emulator.sees(account.who.bot_id, account.who.user_id);
    const { item_list } = quoting?.wire as { item_list: Array<{ ref_msg?: object }> };
    assert.deepEqual(item_list[0]?.ref_msg, { svr_id: said?.message_id });

    const photo = { name: 'photo.png', mimeType: 'image/png', buffer: await page.screenshot() };
    await page.locator('#file-input').setInputFiles(photo);
    await page.locator('#send').click();
    await page.locator('.bubble', { hasText: 'A picture for a picture:' }).waitFor();
    const pictures = page.locator('.bubble img');
    await pictures.nth(1).waitFor();
    const width = await pictures
      .nth(1)
      .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    assert.equal(width, 64, 'the picture that n8n drew does not open');
    await page.locator('#typing').waitFor({ state: 'hidden' });
    await screenshot(page, 'e2e/phone-page');
    assert.deepEqual(world.complaints(account), []);
    await page.close();
    await rest.deactivate(id);
  },
};

/** Typing shows for about a second, and somebody who only looks now and then can miss it. */
async function rememberTyping(page: Page): Promise<void> {
  await page.evaluate(`
    const typing = document.getElementById('typing');
    new MutationObserver(() => {
      if (!typing.hidden) document.documentElement.dataset.typingWasSeen = '';
    }).observe(typing, { attributes: true, attributeFilter: ['hidden'] });
  `);
}
