import { BASE_INFO, headersFor, startBound, startChat, stopAll } from './wire-client';

afterEach(stopAll);

describe('API host', () => {
  it('has no other paths than the nine endpoints, and notes who asks for them', async () => {
    const client = await startBound();
    for (const path of [
      '/',
      '/ilink/bot/sendMessage',
      '/c2c/upload',
      '/ilink/bot/__proto__',
      '//',
      '/ilink/bot/notifystart',
    ]) {
      expect((await fetch(client.emulator.apiUrl + path, { method: 'POST' })).status).toBe(404);
    }
    expect(client.reasons()).toEqual(Array(6).fill('unknown_path'));
  });

  it('takes bot calls by POST only', async () => {
    const client = await startBound();
    const headers = headersFor(client.login.bot_token);
    const response = await fetch(`${client.emulator.apiUrl}/ilink/bot/getconfig`, { headers });
    expect(response.status).toBe(405);
    expect(client.reasons()).toEqual(['wrong_method']);
  });

  it('answers a body that is no JSON object with -2', async () => {
    const client = await startBound();
    for (const body of ['{"a":', '[]', '', 'null']) {
      const headers = headersFor(client.login.bot_token);
      const response = await fetch(`${client.emulator.apiUrl}/ilink/bot/sendmessage`, {
        method: 'POST',
        headers,
        body,
      });
      expect(await response.json()).toMatchObject({ ret: -2 });
    }
    expect(client.reasons()).toEqual(Array(4).fill('body_malformed'));
  });

  it('writes codes as text when asked to', async () => {
    const client = await startBound({ settings: { codesAsText: true } });
    await client.userWrites();
    expect(await client.poll()).toMatchObject({ ret: '0' });
    expect(await client.send('hi', { item_list: [] })).toMatchObject({ ret: '-2', errcode: '-2' });
    client.emulator.settings.codeIn = 'errcode';
    client.emulator.revoke(client.chat.bot_id);
    expect(await client.send('hi')).toEqual({ errcode: '-14', errmsg: 'session timeout' });
  });

  it('warns about a header and a body that name different versions', async () => {
    const client = await startChat();
    await client.post('msg/notifystart', { base_info: { ...BASE_INFO, channel_version: '2.4.8' } });
    expect(client.emulator.dropped).toMatchObject([{ kind: 'warning', reason: 'client_version_mismatch' }]);
  });

  it('warns about a call without base_info, or with a malformed agent', async () => {
    const client = await startChat();
    await client.post('getconfig', { ilink_user_id: client.user, base_info: undefined });
    await client.post('getconfig', {
      ilink_user_id: client.user,
      base_info: { channel_version: '1', bot_agent: 'ä' },
    });
    expect(client.emulator.dropped).toMatchObject([
      { kind: 'warning', reason: 'base_info_missing' },
      { kind: 'warning', reason: 'bot_agent_malformed' },
    ]);
  });

  it('refuses a body of more than 4 MB, over a connection that stays usable', async () => {
    const client = await startChat();
    expect((await client.request('sendmessage', { filler: 'x'.repeat(5_000_000) })).status).toBe(413);
    expect(await client.send('hi')).toMatchObject({ ret: 0 });
  });

  it.each([
    ['ret', { ret: -2, errmsg: 'ilink_user_id required' }],
    ['errcode', { errcode: -2, errmsg: 'ilink_user_id required' }],
    ['both', { ret: -2, errcode: -2, errmsg: 'ilink_user_id required' }],
  ] as const)('puts an error code where the setting codeIn = %s says', async (codeIn, answer) => {
    const client = await startBound({ settings: { codeIn } });
    expect(await client.post('getconfig', {})).toEqual(answer);
  });

  it('writes every request down: endpoint, headers, body, status, outcome and bot', async () => {
    const client = await startChat();
    await client.send('hi');
    expect(client.emulator.requests('sendmessage')).toMatchObject([
      {
        method: 'POST',
        path: '/ilink/bot/sendmessage',
        headers: { authorizationtype: 'ilink_bot_token' },
        body: { msg: { to_user_id: client.user } },
        status: 200,
        outcome: 'ok',
        bot_id: client.chat.bot_id,
      },
    ]);
    expect(client.emulator.requests().map(({ endpoint }) => endpoint)).toEqual(['getupdates', 'sendmessage']);
  });
});
