import assert from 'node:assert/strict';
import { toBuffer, toString } from 'qrcode';
import { screenshot } from '../../../tools/browser';
import type { Scenario } from '../world';

const HEADERS = { 'iLink-App-Id': 'bot', 'iLink-App-ClientVersion': '132105' };

/** The phone takes a picture of the code that a login shows: of a terminal, of a page, or the file itself. */
export const phoneScan: Scenario = {
  name: 'the phone page reads a QR code from a picture, and lets the client log in',
  async run(world) {
    const { emulator } = world.stage;
    const { who } = await world.account();
    const page = await world.page();
    await page.goto(`${emulator.personUrl}/?${new URLSearchParams(who).toString()}`);
    await page.locator('#scan-open').click();
    const choose = (name: string, mimeType: string, buffer: Buffer): Promise<void> =>
      page.locator('#scan-file').setInputFiles({ name, mimeType, buffer });

    await choose('photo.png', 'image/png', await page.screenshot());
    await page.locator('#login-error', { hasText: 'no QR code in this picture' }).waitFor();
    await choose('notes.png', 'image/png', Buffer.from('no picture at all'));
    await page.locator('#login-error', { hasText: 'notes.png cannot be opened' }).waitFor();

    const first = await newQrCode(emulator.apiUrl);
    await choose('code.svg', 'image/svg+xml', Buffer.from(await toString(first.url, { type: 'svg' })));
    await page.locator('#login-status', { hasText: 'Let this client use your WeChat' }).waitFor();
    await page.locator('#login-cancel').click();
    await page.locator('#login-status', { hasText: 'expired' }).waitFor();

    const second = await newQrCode(emulator.apiUrl);
    await choose('code.png', 'image/png', await toBuffer(second.url));
    await page.locator('#login-status', { hasText: 'Let this client use your WeChat' }).waitFor();
    assert.equal(await page.locator('#scan-url').inputValue(), second.url);
    await screenshot(page, 'e2e/phone-scan');
    await page.locator('#login-confirm').click();
    await page.locator('#login').waitFor({ state: 'hidden' });
    const { status, ilink_user_id } = await statusOf(emulator.apiUrl, second.qrcode);
    assert.deepEqual([status, ilink_user_id], ['confirmed', who.user_id]);
    await page.close();
  },
};

async function newQrCode(apiUrl: string): Promise<{ qrcode: string; url: string }> {
  const response = await fetch(`${apiUrl}/ilink/bot/get_bot_qrcode?bot_type=3`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': 'application/json' },
    body: '{"local_token_list":[]}',
  });
  const answer = (await response.json()) as { qrcode: string; qrcode_img_content: string };
  return { qrcode: answer.qrcode, url: answer.qrcode_img_content };
}

async function statusOf(apiUrl: string, qrcode: string): Promise<Record<string, string>> {
  const query = new URLSearchParams({ qrcode });
  const response = await fetch(`${apiUrl}/ilink/bot/get_qrcode_status?${query}`, { headers: HEADERS });
  return (await response.json()) as Record<string, string>;
}
