import { LoginClient } from '../login-client';
import { APP_HEADERS, start, stopAll } from '../wire-client';

afterEach(stopAll);

const reasons = (emulator: { dropped: { reason: string }[] }) => emulator.dropped.map(({ reason }) => reason);

describe('get_bot_qrcode', () => {
  it('gives a code to poll with and a URL to draw', async () => {
    const emulator = await start();
    const { qrcode, qr_url } = await new LoginClient(emulator).begin();
    expect(qrcode).toMatch(/^[\w-]{32}$/);
    expect(qr_url).toContain(emulator.personUrl);
    expect(reasons(emulator)).toEqual([]);
  });

  it('takes the older GET', async () => {
    const emulator = await start();
    const url = `${emulator.apiUrl}/ilink/bot/get_bot_qrcode?bot_type=3`;
    const response = await fetch(url, { headers: APP_HEADERS });
    expect(await response.json()).toMatchObject({ ret: 0, qrcode: expect.any(String) });
    expect(reasons(emulator)).toEqual([]);
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405);
  });

  it('notes Authorization, base_info, and a POST without local_token_list', async () => {
    const emulator = await start();
    await fetch(`${emulator.apiUrl}/ilink/bot/get_bot_qrcode?bot_type=3`, {
      method: 'POST',
      headers: { ...APP_HEADERS, Authorization: 'Bearer x' },
      body: JSON.stringify({ base_info: {} }),
    });
    expect(reasons(emulator)).toEqual([
      'login_with_authorization',
      'login_with_base_info',
      'local_token_list_missing',
    ]);
  });

  it('knows no other bot_type', async () => {
    const emulator = await start();
    const response = await fetch(`${emulator.apiUrl}/ilink/bot/get_bot_qrcode?bot_type=1`, {
      headers: APP_HEADERS,
    });
    expect(await response.json()).toMatchObject({ ret: -2 });
  });
});
