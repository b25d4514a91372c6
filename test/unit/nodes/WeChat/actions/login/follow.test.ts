import { ILinkNetworkError } from '../../../../../../ilink/errors';
import type { LoginDeps } from '../../../../../../login/requests';
import type { LoginState } from '../../../../../../login/state';
import { followCode, nextCode } from '../../../../../../nodes/WeChat/actions/login/follow';
import { FakeClock, settle } from '../../../../../support/fake-clock';
import { ScriptedTransport, type Scripted } from '../../../../../support/scripted-transport';

const QR = { ret: 0, qrcode: 'q1', qrcode_img_content: 'https://liteapp.weixin.qq.com/q/1' };
const CONFIRMED = { status: 'confirmed', bot_token: 't', ilink_bot_id: 'b@im.bot' };

function setUp(script: Scripted[]) {
  const clock = new FakeClock();
  const server = new ScriptedTransport(script);
  const login: LoginDeps = { transport: server.transport, clock, random: () => 0 };
  const code = (changes: Partial<LoginState> = {}): LoginState => ({
    qrcode: 'q1',
    url: QR.qrcode_img_content,
    apiBaseUrl: 'https://ilinkai.weixin.qq.com',
    issuedAtMs: clock.now(),
    expiresAtMs: clock.now() + 120_000,
    codeNumber: 1,
    status: 'wait',
    wrongCodes: 0,
    failures: 0,
    ...changes,
  });
  return { clock, server, login, code };
}
const signal = new AbortController().signal;
const reset = (): ILinkNetworkError =>
  new ILinkNetworkError('get_qrcode_status', 'unreachable', 'ECONNRESET', true);

describe('nextCode', () => {
  it('counts the codes of one login, without an end', async () => {
    const { login, code } = setUp([QR, QR]);
    expect(await nextCode(login, undefined, signal)).toMatchObject({ codeNumber: 1, qrcode: 'q1' });
    const ended = code({ codeNumber: 7, status: 'expired' });
    expect(await nextCode(login, ended, signal)).toMatchObject({ codeNumber: 8, status: 'wait' });
  });

  it('fails at once, also when a repeat could help: the workflow decides about it', async () => {
    const { login, server } = setUp([reset(), { ret: 0 }]);
    await expect(nextCode(login, undefined, signal)).rejects.toMatchObject({ reason: 'ECONNRESET' });
    await expect(nextCode(login, undefined, signal)).rejects.toMatchObject({
      failure: { code: 'no_qr_code' },
    });
    expect(server.asked).toHaveLength(2);
  });
});

describe('followCode', () => {
  it('asks once when it is not to wait, whatever comes', async () => {
    for (const answer of [{ status: 'wait' }, { status: 'scaned' }, reset(), 504]) {
      const { login, code, server, clock } = setUp([answer]);
      const { ended, result } = await followCode(login, code(), false, signal);
      expect([result, ended.qrcode, server.asked.length, clock.pending]).toEqual([undefined, 'q1', 1, 0]);
    }
  });

  it('waits until it is confirmed, and gives what the login gave', async () => {
    const { login, code, clock } = setUp([{ status: 'wait' }, reset(), { status: 'scaned' }, CONFIRMED]);
    const following = followCode(login, code(), true, signal);
    for (let second = 0; second < 5; second++) {
      await settle();
      await clock.advance(1_000);
    }
    expect(await following).toMatchObject({ result: { botToken: 't' }, ended: { status: 'confirmed' } });
  });

  it.each(['need_verifycode', 'expired', 'verify_code_blocked', 'binded_redirect'])(
    'ends where only a person can go on: %s',
    async (status) => {
      const { login, code, server } = setUp([{ status }]);
      expect(await followCode(login, code(), true, signal)).toMatchObject({ ended: { status } });
      expect(server.asked).toHaveLength(1);
    },
  );

  it('looks once after a login that waits for a number, and takes the number along that there is', async () => {
    const ask = { status: 'need_verifycode' };
    const { login, code, server } = setUp([ask, ask]);
    const waiting = code({ status: 'need_verifycode', scanned: true });
    expect(await followCode(login, waiting, true, signal)).toMatchObject({ ended: { wrongCodes: 0 } });
    const typed = { ...waiting, verifyCode: '12' };
    expect(await followCode(login, typed, true, signal)).toMatchObject({ ended: { wrongCodes: 1 } });
    expect(server.asked.map(({ url }) => url.searchParams.get('verify_code'))).toEqual([null, '12']);
  });

  it('fails when a repeat cannot help, and when it is cancelled', async () => {
    const { login, code } = setUp([404, 'silence']);
    await expect(followCode(login, code(), true, signal)).rejects.toMatchObject({ repeat: 'no' });
    const controller = new AbortController();
    const following = followCode(login, code(), true, controller.signal);
    controller.abort(new Error('cancelled'));
    await expect(following).rejects.toThrow('cancelled');
  });
});
