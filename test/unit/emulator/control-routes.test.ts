import { LoginClient } from './login-client';
import { start, startBound, stopAll, WireClient } from './wire-client';

afterEach(stopAll);

type Json = Record<string, unknown>;

/** Calls on the person's host, which answer JSON. */
function control({ personUrl }: { personUrl: string }) {
  const call = async (method: string, path: string, body?: Json): Promise<Json & { status?: unknown }> => {
    const response = await fetch(`${personUrl}/control/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    return { httpStatus: response.status, ...((await response.json()) as Json) };
  };
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: Json = {}) => call('POST', path, body),
    delete: (path: string) => call('DELETE', path),
  };
}

describe('control API', () => {
  it('binds, lists and revokes bots', async () => {
    const emulator = await start();
    const { post, get } = control(emulator);
    const login = await post('bind', { user_id: 'me@im.wechat' });
    expect(login).toMatchObject({ httpStatus: 200, ilink_user_id: 'me@im.wechat', baseurl: emulator.apiUrl });
    await post('revoke', { bot_id: login['ilink_bot_id'] });
    const { apiUrl, cdnUrl, personUrl } = emulator;
    expect(await get('bots')).toMatchObject({
      bots: [{ ilink_bot_id: login['ilink_bot_id'], ilink_user_id: 'me@im.wechat', live: false, polls: 0 }],
      now: expect.any(Number),
      ...{ apiUrl, cdnUrl, personUrl },
    });
  });

  it('writes a text and a file, and shows them with a link that opens the file', async () => {
    const { emulator, chat } = await startBound();
    const { post, get } = control(emulator);
    const wire = await post('write', { ...chat, text: 'hi' });
    expect(wire).toMatchObject({ from_user_id: chat.user_id, item_list: [{ type: 1 }] });
    expect(BigInt(wire['message_id'] as string)).toBeGreaterThan(2n ** 53n);
    await post('write', {
      ...chat,
      media: { kind: 'file', name: 'a.txt', base64: Buffer.from('abc').toString('base64') },
    });
    const { messages, typing } = (await get(`sees?${new URLSearchParams(chat)}`)) as {
      messages: Json[];
      typing: boolean;
    };
    expect(typing).toBe(false);
    expect(messages).toMatchObject([
      { index: 0, from: 'user', message_id: wire['message_id'], type: 'text', text: 'hi' },
      {
        index: 1,
        type: 'file',
        media: { kind: 'file', name: 'a.txt', size: 3, md5: '900150983cd24fb0d6963f7d28e17f72' },
      },
    ]);
    expect(await (await fetch((messages[1]?.['media'] as { url: string }).url)).text()).toBe('abc');
    const later = (await get(`sees?${new URLSearchParams({ ...chat, after: '0' })}`)) as { messages: Json[] };
    expect(later.messages.map(({ index }) => index)).toEqual([1]);
  });

  it('writes a voice message with its transcript', async () => {
    const { emulator, chat } = await startBound();
    const { post, get } = control(emulator);
    await post('write', {
      ...chat,
      media: { kind: 'voice', base64: 'AAAA', playtime_ms: 1200, transcript: 'hello' },
    });
    const { messages } = (await get(`sees?${new URLSearchParams(chat)}`)) as { messages: Json[] };
    expect(messages).toMatchObject([{ type: 'voice', media: { playtime_ms: 1200, transcript: 'hello' } }]);
  });

  it.each([
    [{}, 'bot_id is missing'],
    [{ bot_id: 'b@im.bot' }, 'user_id is missing'],
    [{ bot_id: 'b@im.bot', user_id: 'u@im.wechat', text: 5 }, 'text must be a text'],
    [{ bot_id: 'b@im.bot', user_id: 'u@im.wechat', media: { kind: 'file' } }, 'media.base64 is missing'],
    [{ bot_id: 'b@im.bot', user_id: 'u@im.wechat', media: { kind: 'x' } }, 'media.kind must be one of'],
    [{ bot_id: 'b@im.bot', user_id: 'u@im.wechat' }, 'needs a text or media'],
  ])('refuses to write %j', async (body, words) => {
    const emulator = await start();
    emulator.bind({ bot_id: 'b@im.bot' });
    const { httpStatus, error } = await control(emulator).post('write', body);
    expect([httpStatus, error]).toEqual([400, expect.stringContaining(words)]);
  });

  it('plays the phone in a login', async () => {
    const emulator = await start({ settings: { loginVerifyCode: '42' } });
    const client = await new LoginClient(emulator).begin();
    const { post, get } = control(emulator);
    const { qr_url } = client;
    expect(await post('login/scan', { qr_url, user_id: 'me@im.wechat' })).toMatchObject({
      status: 'need_verifycode',
    });
    const query = new URLSearchParams({ qr_url });
    expect(await get(`login?${query}`)).toMatchObject({
      verify_code: '42',
      expires_in_ms: expect.any(Number),
    });
    expect(await post('login/confirm', { qr_url })).toMatchObject({ httpStatus: 409 });
    await client.status('42');
    expect(await post('login/confirm', { qr_url })).toMatchObject({
      status: 'confirmed',
      ilink_bot_id: expect.stringMatching(/@im\.bot$/),
    });
  });

  it.each([
    ['cancel', 'expired'],
    ['expire', 'expired'],
    ['block', 'verify_code_blocked'],
  ])('can %s a login, which is then %s', async (what, status) => {
    const emulator = await start();
    const { qr_url } = await new LoginClient(emulator).begin();
    expect(await control(emulator).post(`login/${what}`, { qr_url })).toMatchObject({ status });
  });

  it('tells the person that the client is too old', async () => {
    const emulator = await start({ settings: { minClientVersion: 2 ** 30 } });
    const { qr_url } = await new LoginClient(emulator).begin();
    expect(await control(emulator).post('login/scan', { qr_url })).toMatchObject({
      httpStatus: 409,
      error: expect.stringContaining('upgrade'),
    });
  });

  it('lists open codes, goes offline and comes back', async () => {
    const emulator = await start();
    const { qr_url } = await new LoginClient(emulator).begin();
    const { post, get } = control(emulator);
    expect(await get('logins')).toMatchObject({ logins: [{ qr_url, status: 'wait' }] });
    await post('offline', { how: 'reset' });
    await expect(fetch(emulator.apiUrl)).rejects.toThrow();
    await post('online');
    expect((await fetch(emulator.apiUrl)).status).toBe(404);
    await post('offline', { hosts: ['cdn'] });
    expect((await fetch(emulator.apiUrl)).status).toBe(404);
    expect(await post('offline', { how: 'sometimes' })).toMatchObject({ httpStatus: 400 });
    expect(await post('online', { hosts: ['moon'] })).toMatchObject({ httpStatus: 400 });
  });

  it('moves the clock forward only', async () => {
    const { post, get } = control(await start());
    const { now } = (await get('bots')) as { now: number };
    expect((await post('clock', { advance_ms: 3_600_000 }))['now']).toBeGreaterThanOrEqual(now + 3_600_000);
    for (const advance_ms of [-1, '5', undefined]) {
      expect(await post('clock', { advance_ms })).toMatchObject({ httpStatus: 400 });
    }
  });

  it('plans, tells and clears faults', async () => {
    const api = control(await start());
    const pending = [{ endpoint: 'getupdates', status: 524, times: 2 }];
    expect(await api.post('faults', pending[0])).toMatchObject({ pending });
    expect(await api.get('faults')).toMatchObject({ pending });
    expect(await api.delete('faults')).toMatchObject({ pending: [] });
    expect(await api.post('faults', { endpoint: 'nowhere' })).toMatchObject({ httpStatus: 400 });
  });

  it('tells and changes settings', async () => {
    const emulator = await start();
    const { post, get } = control(emulator);
    expect(await post('settings', { quota: 2 })).toMatchObject({ quota: 2, replyStyle: 'message_id' });
    expect(await get('settings')).toMatchObject({ quota: 2 });
    expect(emulator.settings.quota).toBe(2);
    expect(await post('settings', { quoat: 2 })).toMatchObject({
      httpStatus: 400,
      error: 'There is no setting quoat',
    });
  });

  it('tells and changes settings of one bot, one person or one chat, and takes them back', async () => {
    const emulator = await start();
    const { post, get } = control(emulator);
    expect(await post('settings', { bot_id: 'b@im.bot', quota: 2 })).toMatchObject({ quota: 2 });
    expect(await get('settings?bot_id=b@im.bot&user_id=me@im.wechat')).toMatchObject({ quota: 2 });
    expect(await get('settings?user_id=me@im.wechat')).toMatchObject({ quota: 10 });
    expect(await post('settings', { bot_id: 'b@im.bot', quota: null })).toMatchObject({ quota: 10 });
    expect(await post('settings', { bot_id: 'b@im.bot', quoat: 1 })).toMatchObject({ httpStatus: 400 });
  });

  it('writes together, spoils, injects many and repeats', async () => {
    const client = await startBound();
    const { post } = control(client.emulator);
    const poll = client.poll();
    await post('write-together', {
      messages: [
        { ...client.chat, text: 'good' },
        { ...client.chat, text: 'no id', spoiled: 'no_id' },
      ],
    });
    expect((await poll).msgs).toHaveLength(2);
    await post('inject', { bot_id: client.chat.bot_id, message: '{"seq":{n}}', count: 3 });
    expect((await client.poll()).msgs).toEqual([{ seq: 0 }, { seq: 1 }, { seq: 2 }]);
    await post('inject', { bot_id: client.chat.bot_id, base64: Buffer.from('[7]').toString('base64') });
    expect((await client.poll()).msgs).toEqual([[7]]);
    await post('repeat', { ...client.chat, style: 'new_id' });
    expect((await client.poll()).msgs).toHaveLength(1);
    const wrong = [
      await post('write', { ...client.chat, text: 'x', spoiled: 'much' }),
      await post('write-together', { messages: [] }),
      await post('inject', { bot_id: client.chat.bot_id, message: '{}', count: 0 }),
      await post('repeat', { ...client.chat, style: 'old' }),
    ];
    expect(wrong.map(({ httpStatus }) => httpStatus)).toEqual([400, 400, 400, 400]);
  });

  it('tells requests and what was dropped', async () => {
    const client = await startBound();
    await client.send('too early');
    const { get } = control(client.emulator);
    expect(await get('requests?endpoint=sendmessage')).toMatchObject({ requests: [{ outcome: 'ret -2' }] });
    expect(await get('requests?endpoint=getupdates')).toMatchObject({ requests: [] });
    expect(await get('dropped')).toMatchObject({ dropped: [{ reason: 'user_must_write_first' }] });
  });

  it('injects messages and makes cursors stale', async () => {
    const emulator = await start({ holdMs: 0 });
    const client = new WireClient(emulator, emulator.bind());
    const { bot_id } = client.chat;
    const { post } = control(emulator);
    expect(await post('inject', { bot_id, message: { odd: true } })).toEqual({ httpStatus: 200 });
    const { msgs, get_updates_buf } = await client.poll();
    expect(msgs).toEqual([{ odd: true }]);
    expect(await post('cursor', { bot_id })).toEqual({ httpStatus: 200 });
    expect(await client.poll(get_updates_buf)).toMatchObject({ ret: -14 });
    expect(await post('inject', { bot_id })).toMatchObject({ httpStatus: 400 });
  });
});
