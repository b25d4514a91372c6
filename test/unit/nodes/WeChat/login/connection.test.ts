import { openLogin, readServerSettings } from '../../../../../nodes/WeChat/login/connection';

describe('readServerSettings', () => {
  it("is Tencent's server unless told", () => {
    const settings = {
      apiBaseUrl: 'https://ilinkai.weixin.qq.com',
      cdnBaseUrl: 'https://novac2c.cdn.weixin.qq.com/c2c',
      clientVersion: '2.4.9',
    };
    expect(readServerSettings({})).toEqual(settings);
    expect(readServerSettings({ apiBaseUrl: ' ', clientVersion: '' })).toEqual(settings);
    expect(readServerSettings({ apiBaseUrl: 'https://ilinkai.wechat.com/' }).apiBaseUrl).toBe(
      'https://ilinkai.wechat.com',
    );
  });

  it('says which one cannot be used', () => {
    expect(() => readServerSettings({ apiBaseUrl: 'nowhere' })).toThrow('API Base URL is not a web address');
    expect(() => readServerSettings({ cdnBaseUrl: 'ftp://x' })).toThrow('CDN Base URL is not a web address');
    expect(() => readServerSettings({ clientVersion: 'new' })).toThrow('Client Version is not a version');
  });
});

describe('openLogin', () => {
  it("obeys n8n's egress rule where there is one", async () => {
    const refusal = new Error('refused by n8n');
    const getSecureEgressFilter = () => ({
      validateConnectionHost: () => ({ ok: false as const, error: refusal }),
      createSecureLookup: () => () => undefined,
    });
    const { login, close } = openLogin(readServerSettings({ apiBaseUrl: 'http://127.0.0.1:9' }), {
      getSecureEgressFilter,
    } as never);
    const exchange = login.transport.exchange({
      endpoint: 'get_bot_qrcode',
      method: 'GET',
      url: new URL('http://127.0.0.1:9/'),
      headers: {},
      timeoutMs: 1_000,
    });
    await expect(exchange).rejects.toMatchObject({ cause: refusal });
    await close();
  });
});
