import { ILinkNetworkError } from '../../../ilink/errors';
import { factsOf, perform, type LoginDeps } from '../../../login/requests';
import type { LoginState } from '../../../login/state';
import { FakeClock } from '../../support/fake-clock';
import { ScriptedTransport, type Scripted } from '../../support/scripted-transport';

const QR = { ret: 0, qrcode: 'q1', qrcode_img_content: 'https://liteapp.weixin.qq.com/q/1' };

function setUp(script: Scripted[], changes: Partial<LoginDeps> = {}) {
  const clock = new FakeClock();
  const server = new ScriptedTransport(script);
  const deps: LoginDeps = { transport: server.transport, clock, random: () => 7, ...changes };
  return { clock, server, deps };
}

const code = (changes: Partial<LoginState> = {}): LoginState => ({
  qrcode: 'q1',
  url: QR.qrcode_img_content,
  apiBaseUrl: 'https://ilinkai.weixin.qq.com',
  issuedAtMs: 0,
  expiresAtMs: 120_000,
  codeNumber: 1,
  status: 'wait',
  wrongCodes: 0,
  failures: 0,
  ...changes,
});

describe('The request for a code', () => {
  it("asks Tencent's host, with the version that is declared and no token", async () => {
    const { server, deps } = setUp([QR], { clientVersion: '2.5.0' });
    expect(await perform(deps, { do: 'request_code' })).toMatchObject({ type: 'code', reply: QR });
    expect(server.places).toEqual(['https://ilinkai.weixin.qq.com/ilink/bot/get_bot_qrcode']);
    expect(server.asked[0]?.headers).toMatchObject({
      'iLink-App-ClientVersion': String((2 << 16) | (5 << 8)),
    });
    expect(server.asked[0]?.headers).not.toHaveProperty('Authorization');
    expect(server.asked[0]?.body).toBe('{"local_token_list":[]}');
  });

  it('says that the login was refused, not that a token is stale', async () => {
    const { deps } = setUp([{ ret: -14 }]);
    expect(await perform(deps, { do: 'request_code' })).toMatchObject({
      type: 'no_code',
      error: { kind: 'login_failed', code: 'login_failed' },
    });
  });
});

describe('The request for how a login stands', () => {
  it('asks the host in use with the code, and with the number once there is one', async () => {
    const { deps, server, clock } = setUp([{ status: 'wait' }, { status: 'scaned' }]);
    expect(await perform(deps, { do: 'ask_status', code: code() })).toMatchObject({
      type: 'status',
      reply: { status: 'wait' },
      askedAtMs: clock.now(),
    });
    const elsewhere = code({ apiBaseUrl: 'https://ilinkai.wechat.com', verifyCode: '42' });
    await perform(deps, { do: 'ask_status', code: elsewhere });
    expect(server.asked.map(({ url }) => url.href)).toEqual([
      'https://ilinkai.weixin.qq.com/ilink/bot/get_qrcode_status?qrcode=q1',
      'https://ilinkai.wechat.com/ilink/bot/get_qrcode_status?qrcode=q1&verify_code=42',
    ]);
  });

  it('waits above the hold of the server', async () => {
    const { deps, server } = setUp([{ status: 'wait' }]);
    await perform(deps, { do: 'ask_status', code: code() });
    expect(server.asked.map(({ timeoutMs }) => timeoutMs)).toEqual([45_000]);
  });

  it('gives a failure to the next step', async () => {
    const reset = new ILinkNetworkError('get_qrcode_status', 'unreachable', 'ECONNRESET', true);
    const { deps, clock } = setUp([reset]);
    const came = await perform(deps, { do: 'ask_status', code: code() });
    expect(came).toEqual({ type: 'no_status', error: reset, askedAtMs: clock.now() });
  });

  it.each(['request_code', 'ask_status'] as const)(
    'ends with the reason of the signal: %s',
    async (request) => {
      const { deps } = setUp(['silence']);
      const controller = new AbortController();
      const asking = perform(deps, { do: request, code: code() }, controller.signal);
      controller.abort(new Error('enough'));
      await expect(asking).rejects.toThrow('enough');
    },
  );
});

describe('factsOf', () => {
  it('takes time and chance from where the login takes them, and three codes', () => {
    const { deps, clock } = setUp([]);
    expect(factsOf(deps)).toEqual({
      nowMs: clock.now(),
      chance: 7,
      apiBaseUrl: 'https://ilinkai.weixin.qq.com',
      codeLimit: 3,
      codeTries: 1,
    });
  });
});
