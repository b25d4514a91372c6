import { get } from 'node:https';
import { LoginClient } from './login-client';
import { BASE_INFO, headersFor, start, startBound, stopAll, until, WireClient } from './wire-client';

afterEach(stopAll);

describe('Emulator', () => {
  it('gives out a login that its owner cannot change', async () => {
    const { emulator } = await startBound();
    const login = emulator.bind();
    login.bot_token = 'other';
    expect(emulator.world.bots.get(login.ilink_bot_id).login.bot_token).not.toBe('other');
  });

  it('tells requests of one endpoint or of all', async () => {
    const client = await startBound();
    await client.post('getconfig', { ilink_user_id: client.user });
    await client.post('msg/notifystart', {});
    expect(client.emulator.requests()).toHaveLength(2);
    expect(client.emulator.requests('notifystart')).toHaveLength(1);
  });

  it('knows nothing of a chat with a user who is not there, and throws for a bot that is not there', async () => {
    const { emulator, chat } = await startBound();
    expect(emulator.sees(chat.bot_id, 'nobody@im.wechat')).toEqual([]);
    expect(emulator.typing(chat.bot_id, 'nobody@im.wechat')).toBe(false);
    expect(() => emulator.polls('nobody@im.bot')).toThrow('There is no bot');
  });

  it('lists the QR codes that can still be scanned or confirmed', async () => {
    const emulator = await start();
    const [first, second, third] = [
      await new LoginClient(emulator).begin(),
      await new LoginClient(emulator).begin(),
      await new LoginClient(emulator).begin(),
    ];
    emulator.scan(second.qr_url, 'me@im.wechat');
    emulator.expireLogin(first.qr_url);
    expect(emulator.openLogins()).toMatchObject([
      { qr_url: second.qr_url, view: { status: 'scaned' } },
      { qr_url: third.qr_url, view: { status: 'wait' } },
    ]);
  });
});

describe('going offline', () => {
  const failure = (url: string) =>
    fetch(url).then(
      () => 'answered',
      (error: Error) => (error.cause as { code?: string }).code,
    );

  it.each([
    ['refused', 'ECONNREFUSED'],
    ['reset', 'ECONNRESET'],
  ] as const)('connections are %s, held polls end, and the hosts come back', async (how, code) => {
    const client = await startBound();
    const { emulator } = client;
    const { apiUrl, cdnUrl } = emulator;
    const poll = client.poll().catch((error: Error) => error.message);
    await until(() => emulator.polls(client.chat.bot_id) === 1);
    await emulator.goOffline(how);
    expect(await poll).toBe('fetch failed');
    expect([await failure(apiUrl), await failure(cdnUrl)]).toEqual([code, code]);
    await client.userWrites('meanwhile');
    await emulator.goOnline();
    expect(emulator.apiUrl).toBe(apiUrl);
    expect((await client.poll()).msgs).toHaveLength(1);
  });

  it('may be one host', async () => {
    const client = await startBound();
    await client.emulator.goOffline('refused', ['cdn']);
    expect(await failure(client.emulator.cdnUrl)).toBe('ECONNREFUSED');
    expect(await failure(client.emulator.apiUrl)).toBe('answered');
  });
});

describe('TLS', () => {
  it("is spoken by all hosts but the person's, with a certificate that has to be trusted first", async () => {
    const emulator = await start({ tls: true });
    const { apiUrl, secondUrl, cdnUrl, redirectUrl, personUrl, certificate } = emulator;
    const schemes = [apiUrl, secondUrl, cdnUrl, redirectUrl, personUrl].map((url) => new URL(url).protocol);
    expect(schemes).toEqual([...Array<string>(4).fill('https:'), 'http:']);
    const status = (ca?: string) =>
      new Promise((resolve) =>
        get(`${apiUrl}/ilink/bot/nothing`, { ca, agent: false }, (answer) =>
          resolve(answer.resume().statusCode),
        ).once('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
      );
    expect(await status()).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await status(certificate)).toBe(404);
    expect(emulator.bind().baseurl).toBe(apiUrl);
  });
});

describe('a second API host', () => {
  it('is where a bot has to talk whose login named it, and knows no other token', async () => {
    const emulator = await start({ settings: { loginHost: 'second' } });
    const abroad = new WireClient(emulator, emulator.bind());
    expect(abroad.login.baseurl).toBe(emulator.secondUrl);
    // The client of these tests talks to the first host, whatever the login says.
    expect(await abroad.post('msg/notifystart', {})).toMatchObject({ ret: -14 });
    expect(abroad.reasons()).toEqual(['wrong_host']);
    const there = await fetch(`${emulator.secondUrl}/ilink/bot/msg/notifystart`, {
      method: 'POST',
      headers: headersFor(abroad.login.bot_token),
      body: JSON.stringify({ base_info: BASE_INFO }),
    });
    expect(await there.json()).toEqual({ ret: 0 });
  });

  it('serves the token of the other, with a complaint, when the settings say so', async () => {
    const emulator = await start({ settings: { wrongHost: 'serve' } });
    emulator.settingsFor({ user_id: 'me@im.wechat' }, { loginHost: 'second' });
    const client = new WireClient(emulator, emulator.bind({ user_id: 'me@im.wechat' }));
    expect(await client.post('msg/notifystart', {})).toMatchObject({ ret: 0 });
    expect(client.reasons()).toEqual(['wrong_host']);
    expect(emulator.bind().baseurl).toBe(emulator.apiUrl);
  });
});
