import type { LoginRecord } from '../../../../../login/record';
import { viewOf, type LoginView } from '../../../../../nodes/WeChat/login/view';

const NOW = 1_764_000_000_000;
const state = {
  qrcode: 'poll-key-that-collects-the-token',
  url: 'https://liteapp.weixin.qq.com/q/1',
  apiBaseUrl: 'https://ilinkai.weixin.qq.com',
  issuedAtMs: NOW - 20_000,
  expiresAtMs: NOW + 100_000,
  codeNumber: 1,
  status: 'wait' as const,
  wrongCodes: 0,
  failures: 0,
};
const record = (more: Partial<LoginRecord> = {}): LoginRecord => ({
  page: 'p',
  target: {},
  expiresAtMs: NOW + 1e6,
  phase: 'running',
  browser: 'digest',
  state,
  ...more,
});
const see = async (more: Partial<LoginRecord> = {}, shown = '', language: 'en' | 'zh' = 'en') =>
  (await viewOf({ access: 'yes', record: record(more) }, { language, shown, now: NOW })) as LoginView;

describe('viewOf', () => {
  it('shows the code as an image, with the time that is left, and once only', async () => {
    const { code, status, phase } = await see();
    expect({ status, phase }).toEqual({ status: 'wait', phase: 'running' });
    expect(code).toMatchObject({ url: state.url, expiresInMs: 100_000 });
    expect(code?.image).toMatch(/^data:image\/png;base64,/);
    expect((await see({}, code!.id)).code).not.toHaveProperty('image');
    expect((await see({}, 'another')).code).toHaveProperty('image');
  });

  it.each(['\ud800', 'x'.repeat(5_000)])('shows the rest where a code cannot be drawn', async (url) => {
    const { code } = await see({ state: { ...state, url } });
    expect(code).toEqual({ id: expect.any(String), url: '', expiresInMs: 100_000 });
  });

  it('sends no browser to what is no web address', async () => {
    expect((await see({ state: { ...state, url: 'javascript:alert(1)' } })).code).toMatchObject({
      url: '',
      image: expect.stringMatching(/^data:/),
    });
  });

  it('tells when a scan is likely to lead nowhere', async () => {
    expect(await see()).not.toHaveProperty('stuck');
    expect(await see({ state: { ...state, codeNumber: 3 } })).toMatchObject({ stuck: true });
  });

  it('never shows what could collect the token, nor whose browser it is', async () => {
    const outcome = { botId: 'b', ownerUserId: 'o', credentialId: 'c', credentialName: 'n', created: true };
    const text = JSON.stringify([await see(), await see({ phase: 'done', outcome })]);
    for (const secret of [state.qrcode, 'digest', state.apiBaseUrl]) expect(text).not.toContain(secret);
  });

  it.each(['unused', 'elsewhere', 'unknown'] as const)(
    'says nothing but that to a browser that is %s',
    async (access) => {
      expect(await viewOf({ access }, { language: 'en', shown: '', now: NOW })).toEqual({ access });
    },
  );

  it('asks for the number, and tells how often it was wrong and whether one is being checked', async () => {
    const asked = { ...state, status: 'need_verifycode' as const, wrongCodes: 1 };
    expect(await see({ state: asked })).toMatchObject({ wrongNumbers: 1, checking: false });
    expect(await see({ state: asked, typedCode: '1' })).toMatchObject({ checking: true });
    expect(await see({ state: { ...asked, verifyCode: '1' } })).toMatchObject({ checking: true });
  });

  it('tells problems in the language of the page, and in English when there are no words for them', async () => {
    const problem = { code: 'api_forbidden', message: 'm', next: 'n' };
    expect((await see({ problem })).problem).toEqual({ message: 'm', next: 'n' });
    expect((await see({ problem }, '', 'zh')).problem?.message).toContain('权限');
    expect((await see({ problem: { ...problem, code: 'new' } }, '', 'zh')).problem?.message).toBe('m');
  });

  it('shortens the account, so that a screenshot does not give it away', async () => {
    const outcome = {
      botId: 'b@im.bot',
      ownerUserId: 'o9cq80abcdefghijk@im.wechat',
      credentialId: 'c',
      credentialName: 'WeChat Bot',
      created: true,
    };
    expect((await see({ phase: 'done', outcome })).outcome).toEqual({
      credentialName: 'WeChat Bot',
      account: 'o9cq80…ijk@im.wechat',
      created: true,
    });
  });
});
