import { ILinkHttpError, ILinkNetworkError } from '../../../ilink/errors';
import { newLogin, pollLogin, renewLogin, type LoginDeps } from '../../../login/steps';
import { FakeClock } from '../../support/fake-clock';
import { ScriptedTransport, type Scripted } from '../../support/scripted-transport';

const QR = { ret: 0, qrcode: 'q1', qrcode_img_content: 'https://liteapp.weixin.qq.com/q/1' };

function setUp(script: Scripted[], changes: Partial<LoginDeps> = {}) {
  const clock = new FakeClock();
  const server = new ScriptedTransport(script);
  const deps: LoginDeps = { transport: server.transport, clock, random: () => 0, ...changes };
  return { clock, server, deps };
}

const reset = (): ILinkNetworkError =>
  new ILinkNetworkError('get_qrcode_status', 'unreachable', 'ECONNRESET', true);
const timeout = (mayHaveArrived: boolean): ILinkNetworkError =>
  new ILinkNetworkError('get_qrcode_status', 'timed_out', 'no answer within the limit', mayHaveArrived);

describe('newLogin', () => {
  it("asks Tencent's host for a code, with the version that is declared and no token", async () => {
    const { server, deps, clock } = setUp([QR], { clientVersion: '2.5.0' });
    expect(await newLogin(deps)).toEqual({
      qrcode: 'q1',
      url: QR.qrcode_img_content,
      apiBaseUrl: 'https://ilinkai.weixin.qq.com',
      issuedAtMs: clock.now(),
      expiresAtMs: clock.now() + 120_000,
      codeNumber: 1,
      status: 'wait',
      wrongCodes: 0,
      failures: 0,
    });
    expect(server.places).toEqual(['https://ilinkai.weixin.qq.com/ilink/bot/get_bot_qrcode']);
    expect(server.asked[0]?.headers).toMatchObject({
      'iLink-App-ClientVersion': String((2 << 16) | (5 << 8)),
    });
    expect(server.asked[0]?.headers).not.toHaveProperty('Authorization');
    expect(server.asked[0]?.body).toBe('{"local_token_list":[]}');
  });

  it('hands over tokens that are held already', async () => {
    const { server, deps } = setUp([QR], { localTokens: ['t1'] });
    await newLogin(deps);
    expect(server.asked[0]?.body).toBe('{"local_token_list":["t1"]}');
  });

  it.each([
    {},
    { qrcode: 'q1' },
    { qrcode: '', qrcode_img_content: 'u' },
    { qrcode: 1, qrcode_img_content: {} },
  ])('fails when the answer %j has no code', async (answer) => {
    await expect(newLogin(setUp([answer]).deps)).rejects.toMatchObject({ failure: 'no_qr_code' });
  });

  it.each([
    ['too long', `https://w/${'a'.repeat(1_000)}`],
    ['too long in bytes', `https://w/${'字'.repeat(400)}`],
    ['half a character', 'https://w/\ud800'],
    ['a line break', 'https://w/\nx'],
  ])('refuses what cannot be drawn: %s', async (_what, url) => {
    const answer = { ret: 0, qrcode: 'q', qrcode_img_content: url };
    await expect(newLogin(setUp([answer]).deps)).rejects.toMatchObject({ failure: 'unusable_qr_code' });
  });

  it('says that the login was refused, not that a token is stale', async () => {
    const { deps } = setUp([{ ret: -14 }]);
    await expect(newLogin(deps)).rejects.toMatchObject({
      kind: 'login_failed',
      message: 'WeChat refused the login',
    });
  });
});

describe('renewLogin', () => {
  it('remembers that a code was scanned in vain', async () => {
    const { deps } = setUp([QR, QR, QR, QR]);
    const first = await newLogin(deps);
    expect(await renewLogin(deps, { ...first, status: 'expired' })).not.toHaveProperty('scannedInVain');
    const second = await renewLogin(deps, { ...first, status: 'expired', scanned: true });
    expect(second).toMatchObject({ scannedInVain: true });
    expect(await renewLogin(deps, { ...second, status: 'expired' })).toMatchObject({ scannedInVain: true });
  });

  it('counts the codes, and stops after the third', async () => {
    const { deps } = setUp([QR, QR, QR, QR]);
    const first = await newLogin(deps);
    const second = await renewLogin(deps, { ...first, status: 'expired' });
    const third = await renewLogin(deps, { ...second, status: 'expired' });
    expect([second.codeNumber, third.codeNumber]).toEqual([2, 3]);
    await expect(renewLogin(deps, { ...third, status: 'expired' })).rejects.toMatchObject({
      failure: 'too_many_codes',
    });
    await expect(renewLogin(deps, { ...third, status: 'verify_code_blocked' })).rejects.toMatchObject({
      failure: 'verify_code_blocked',
    });
  });

  it('starts at the configured host again, also after a redirect', async () => {
    const { deps, server } = setUp([QR, QR]);
    const first = await newLogin(deps);
    const moved = { ...first, apiBaseUrl: 'https://szilinkai.weixin.qq.com', status: 'expired' as const };
    expect((await renewLogin(deps, moved)).apiBaseUrl).toBe('https://ilinkai.weixin.qq.com');
    expect(new Set(server.places).size).toBe(1);
  });
});

describe('pollLogin', () => {
  const begin = async (...answers: Scripted[]) => {
    const stage = setUp([QR, ...answers]);
    return { ...stage, state: await newLogin(stage.deps) };
  };

  it('polls the host in use with the code, and with the number once there is one', async () => {
    const { deps, server, state } = await begin({ status: 'wait' }, { status: 'scaned' });
    await pollLogin(deps, state);
    const elsewhere = { ...state, apiBaseUrl: 'https://ilinkai.wechat.com', verifyCode: '42' };
    await pollLogin(deps, elsewhere);
    expect(server.asked.slice(1).map(({ url }) => url.href)).toEqual([
      'https://ilinkai.weixin.qq.com/ilink/bot/get_qrcode_status?qrcode=q1',
      'https://ilinkai.wechat.com/ilink/bot/get_qrcode_status?qrcode=q1&verify_code=42',
    ]);
  });

  it('waits above the hold of the server, or as long as the caller can', async () => {
    const { deps, server, state } = await begin({ status: 'wait' }, { status: 'wait' });
    await pollLogin(deps, state);
    await pollLogin(deps, state, undefined, 5_000);
    expect(server.asked.slice(1).map(({ limitMs }) => limitMs)).toEqual([45_000, 5_000]);
  });

  it.each([524, 504, 408, timeout(true)])('takes the timeout %s for nothing new', async (answer) => {
    const { deps, state } = await begin(answer);
    const pending = { ...state, status: 'need_verifycode' as const, verifyCode: '42' };
    expect(await pollLogin(deps, pending)).toEqual({ state: pending });
  });

  it.each([502, 429, reset(), timeout(false), new ILinkHttpError('get_qrcode_status', 500), { ret: -1 }])(
    'survives %s, and says when to ask again',
    async (answer) => {
      const { deps, state } = await begin(answer, 503);
      const first = await pollLogin(deps, state);
      expect(first).toMatchObject({ state: { failures: 1 }, event: { status: 'trouble', retryInMs: 500 } });
      const second = await pollLogin(deps, first.state);
      expect(second).toMatchObject({
        state: { failures: 2 },
        event: { status: 'trouble', retryInMs: 1_000 },
      });
    },
  );

  it.each([401, 404, { ret: -2, errmsg: 'no' }, { ret: -14 }])('does not repeat after %j', async (answer) => {
    const { deps, state } = await begin(answer);
    await expect(pollLogin(deps, state)).rejects.toMatchObject({ repeat: 'no' });
  });

  it('gives a code up when the server cannot be asked long after its time', async () => {
    const { deps, clock, state } = await begin(reset(), 524);
    await clock.advance(5 * 60_000);
    for (let poll = 0; poll < 2; poll++)
      expect(await pollLogin(deps, state)).toMatchObject({ event: { status: 'expired' } });
  });

  it('still asks for a code that is old: it may be confirmed', async () => {
    const { deps, clock, state } = await begin({ status: 'confirmed', bot_token: 't', ilink_bot_id: 'b' });
    await clock.advance(10 * 60_000);
    expect((await pollLogin(deps, state)).event).toMatchObject({ status: 'confirmed' });
  });

  it('ends with the reason of the signal', async () => {
    const { deps, state } = await begin('silence');
    const controller = new AbortController();
    const polling = pollLogin(deps, state, controller.signal);
    controller.abort(new Error('enough'));
    await expect(polling).rejects.toThrow('enough');
  });
});
