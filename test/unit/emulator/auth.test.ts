import fc from 'fast-check';
import { isWechatUin } from '../../../emulator/auth';
import { startBound, startChat, stopAll, wechatUin } from './wire-client';

afterEach(stopAll);

describe('isWechatUin', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');

  it('takes base64 of the decimal string of every uint32', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (uin) => isWechatUin(encoded(String(uin)))),
    );
  });

  it.each([
    undefined,
    '',
    '1234',
    encoded('4294967296'),
    encoded('-1'),
    encoded('007'),
    encoded('1.5'),
    encoded('12 '),
  ])('refuses %p', (header) => expect(isWechatUin(header)).toBe(false));

  it('refuses base64 without its padding', () => {
    expect(isWechatUin(encoded('12345').replace(/=+$/, ''))).toBe(false);
  });
});

describe('authentication', () => {
  it.each([
    ['AuthorizationType', undefined, 'authorization_type_missing'],
    ['AuthorizationType', 'bearer', 'authorization_type_missing'],
    ['Authorization', undefined, 'authorization_missing'],
    ['Authorization', 'Basic abc', 'authorization_missing'],
    ['Authorization', 'Bearer nobody', 'stale_token'],
    ['X-WECHAT-UIN', undefined, 'wechat_uin_malformed'],
    ['X-WECHAT-UIN', '12345', 'wechat_uin_malformed'],
    ['iLink-App-Id', undefined, 'app_id_missing'],
    ['iLink-App-Id', 'app', 'app_id_missing'],
    ['iLink-App-ClientVersion', undefined, 'client_version_missing'],
    ['iLink-App-ClientVersion', '2.4.9', 'client_version_missing'],
  ])('answers getupdates with -14 when %s is %p', async (header, value, reason) => {
    const client = await startBound();
    const response = await client.request('getupdates', { get_updates_buf: '' }, { [header]: value });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ret: -14, errcode: -14 });
    expect(client.emulator.dropped).toMatchObject([{ kind: 'refused', endpoint: 'getupdates', reason }]);
  });

  it('only warns about missing app headers elsewhere', async () => {
    const client = await startChat();
    const answer = await client.post(
      'getconfig',
      { ilink_user_id: client.user },
      { 'iLink-App-Id': undefined },
    );
    expect(answer).toMatchObject({ ret: 0 });
    expect(client.emulator.dropped).toMatchObject([{ kind: 'warning', reason: 'app_id_missing' }]);
  });

  it('lets old clients without app headers in when the settings say so', async () => {
    const client = await startBound({ settings: { oldClients: 'accept' }, holdMs: 0 });
    const headers = { 'iLink-App-Id': undefined, 'iLink-App-ClientVersion': undefined };
    expect(await client.post('getupdates', { get_updates_buf: '' }, headers)).toMatchObject({ ret: 0 });
    expect(client.reasons()).toEqual([]);
  });

  it('warns when X-WECHAT-UIN is not new', async () => {
    const client = await startChat();
    const headers = { 'X-WECHAT-UIN': wechatUin() };
    await client.post('getconfig', { ilink_user_id: client.user }, headers);
    expect(client.reasons()).toEqual([]);
    await client.post('getconfig', { ilink_user_id: client.user }, headers);
    expect(client.emulator.dropped).toMatchObject([{ kind: 'warning', reason: 'wechat_uin_repeated' }]);
  });

  it('writes no token into its notes', async () => {
    const client = await startBound();
    client.emulator.revoke(client.chat.bot_id);
    await client.post('getconfig', { ilink_user_id: client.user });
    expect(JSON.stringify(client.emulator.dropped)).not.toContain(client.login.bot_token);
  });
});
