import { LoginClient } from '../login-client';
import { APP_HEADERS, CLIENT_VERSION, start, stopAll, until, WireClient } from '../wire-client';

afterEach(stopAll);

async function begin(settings = {}) {
  const emulator = await start({ settings });
  return { emulator, client: await new LoginClient(emulator).begin() };
}

describe('get_qrcode_status', () => {
  it('holds while nobody scans, and then says wait', async () => {
    const { emulator, client } = await begin({ holdMs: 1000, qrTtlMs: 60_000 });
    const { answer } = await client.heldStatus();
    let answered = false;
    void answer.then(() => (answered = true));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    // The poll may reach the server a moment after it was written down.
    const stop = setInterval(() => emulator.clock.advance(1000), 1);
    expect(await answer).toEqual({ ret: 0, status: 'wait' });
    clearInterval(stop);
  });

  it('goes from the scan to credentials that work', async () => {
    const { emulator, client } = await begin();
    const first = await client.heldStatus();
    emulator.scan(client.qr_url, 'me@im.wechat');
    expect(await first.answer).toEqual({ ret: 0, status: 'scaned' });
    const second = await client.heldStatus();
    const { ilink_bot_id } = emulator.confirm(client.qr_url);
    const credentials = await second.answer;
    expect(credentials).toEqual({
      ret: 0,
      status: 'confirmed',
      bot_token: expect.any(String),
      ilink_bot_id,
      ilink_user_id: 'me@im.wechat',
      baseurl: emulator.apiUrl,
    });
    const bot = new WireClient(emulator, credentials as never);
    await bot.userWrites();
    expect(await bot.post('getconfig', { ilink_user_id: 'me@im.wechat' })).toMatchObject({ ret: 0 });
    expect(emulator.dropped).toEqual([]);
  });

  it('gives the credentials again to a client that lost them', async () => {
    const { emulator, client } = await begin();
    emulator.scan(client.qr_url);
    emulator.confirm(client.qr_url);
    expect(await client.status()).toEqual(await client.status());
  });

  it('ends the old token of the account', async () => {
    const { emulator, client } = await begin();
    const old = new WireClient(emulator, emulator.bind({ user_id: 'me@im.wechat' }));
    await old.userWrites();
    emulator.scan(client.qr_url, 'me@im.wechat');
    expect(await old.post('getconfig', { ilink_user_id: old.user })).toMatchObject({ ret: 0 });
    emulator.confirm(client.qr_url);
    expect(await old.post('getconfig', { ilink_user_id: old.user })).toMatchObject({ ret: -14 });
  });

  it('asks for the number on the phone, again after a wrong one, and goes on with the right one', async () => {
    const { emulator, client } = await begin({ loginVerifyCode: '4711' });
    emulator.scan(client.qr_url);
    expect(emulator.login(client.qr_url)).toMatchObject({ status: 'need_verifycode', verify_code: '4711' });
    expect(await client.status()).toEqual({ ret: 0, status: 'need_verifycode' });
    expect(await client.status('0815')).toEqual({ ret: 0, status: 'need_verifycode' });
    expect(await client.status('4711')).toEqual({ ret: 0, status: 'scaned' });
    expect(emulator.confirm(client.qr_url)).toMatchObject({ status: 'confirmed' });
  });

  it('blocks a login after three wrong numbers', async () => {
    const { emulator, client } = await begin({ loginVerifyCode: '4711' });
    emulator.scan(client.qr_url);
    await client.status('1');
    await client.status('2');
    expect(await client.status('3')).toMatchObject({ status: 'verify_code_blocked' });
    expect(await client.status('4711')).toMatchObject({ status: 'verify_code_blocked' });
  });

  it('sends a redirected login to the other host, and goes on only there', async () => {
    const { emulator, client } = await begin({ loginRedirect: true, holdMs: 0, loginVerifyCode: '1' });
    emulator.scan(client.qr_url);
    const redirect_host = new URL(emulator.redirectUrl).host;
    expect(await client.status()).toEqual({ ret: 0, status: 'scaned_but_redirect', redirect_host });
    expect(await client.status('1')).toMatchObject({ status: 'scaned_but_redirect' });
    expect(await client.status('1', emulator.redirectUrl)).toMatchObject({ status: 'scaned' });
    emulator.confirm(client.qr_url);
    expect(await client.status()).toMatchObject({ status: 'scaned_but_redirect' });
    expect(await client.status(undefined, emulator.redirectUrl)).toMatchObject({ status: 'confirmed' });
  });

  it('has nothing but the login status at the redirect host', async () => {
    const { emulator } = await begin();
    expect((await fetch(`${emulator.redirectUrl}/ilink/bot/getconfig`, { method: 'POST' })).status).toBe(404);
  });

  it('tells a client that holds a live token of the account that it is bound already', async () => {
    const emulator = await start();
    const { bot_token, ilink_user_id } = emulator.bind();
    const client = await new LoginClient(emulator).begin([bot_token]);
    emulator.scan(client.qr_url, ilink_user_id);
    expect(await client.status()).toEqual({ ret: 0, status: 'binded_redirect' });
  });

  it.each(['another account', 'an ended token'])(
    'gives credentials to a client that holds a token of %s',
    async (which) => {
      const emulator = await start();
      const { bot_token, ilink_bot_id, ilink_user_id } = emulator.bind();
      if (which === 'an ended token') emulator.revoke(ilink_bot_id);
      const client = await new LoginClient(emulator).begin([bot_token]);
      emulator.scan(client.qr_url, which === 'another account' ? 'x@im.wechat' : ilink_user_id);
      expect(await client.status()).toMatchObject({ status: 'scaned' });
    },
  );

  it('expires after two minutes, held polls at once', async () => {
    const { emulator, client } = await begin({ holdMs: 600_000 });
    const { answer } = await client.heldStatus();
    emulator.clock.advance(2 * 60_000);
    expect(await answer).toEqual({ ret: 0, status: 'expired' });
    expect(() => emulator.scan(client.qr_url)).toThrow('expired');
  });

  it('does not expire once it is confirmed', async () => {
    const { emulator, client } = await begin();
    emulator.scan(client.qr_url);
    emulator.confirm(client.qr_url);
    emulator.clock.advance(2 * 60_000);
    expect(await client.status()).toMatchObject({ status: 'confirmed' });
  });

  it('says expired to a code that it does not know', async () => {
    const { emulator, client } = await begin();
    client.qrcode = 'nothing';
    expect(await client.status()).toEqual({ ret: 0, status: 'expired' });
    expect(emulator.dropped).toMatchObject([{ reason: 'unknown_qrcode' }]);
  });

  it('notes headers that do not belong here', async () => {
    const { emulator, client } = await begin();
    emulator.expireLogin(client.qr_url);
    const headers = { ...APP_HEADERS, Authorization: 'Bearer x', 'X-WECHAT-UIN': 'MQ==' };
    await fetch(`${emulator.apiUrl}/ilink/bot/get_qrcode_status?qrcode=${client.qrcode}`, { headers });
    expect(emulator.dropped.map(({ reason }) => reason)).toEqual(Array(2).fill('status_with_foreign_header'));
  });

  it('forgets a poll whose client went away', async () => {
    const { emulator, client } = await begin();
    const controller = new AbortController();
    const url = `${emulator.apiUrl}/ilink/bot/get_qrcode_status?qrcode=${client.qrcode}`;
    const gone = fetch(url, { headers: APP_HEADERS, signal: controller.signal });
    await until(() => emulator.requests('get_qrcode_status').length === 1);
    controller.abort();
    await expect(gone).rejects.toThrow();
    await until(() => emulator.requests('get_qrcode_status')[0]?.outcome === 'aborted');
  });
});

describe('a client that is too old', () => {
  it('fails visibly on the phone, and its login expires', async () => {
    const emulator = await start({ settings: { minClientVersion: Number(CLIENT_VERSION) + 1 } });
    const client = await new LoginClient(emulator).begin();
    expect(() => emulator.scan(client.qr_url)).toThrow('upgrade the OpenClaw interface version');
    expect(emulator.login(client.qr_url)).toMatchObject({
      status: 'wait',
      notice: expect.stringContaining('upgrade'),
    });
    emulator.clock.advance(2 * 60_000);
    expect(await client.status()).toMatchObject({ status: 'expired' });
  });
});
