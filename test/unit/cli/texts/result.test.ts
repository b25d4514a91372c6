import { resultLines } from '../../../../cli/texts';
import type { Saved } from '../../../../cli/login/saved';

const credential = {
  botToken: 'secret-token',
  botId: 'b@im.bot',
  ownerUserId: 'o@im.wechat',
  apiBaseUrl: 'https://ilinkai.weixin.qq.com',
};
const file: Saved = { to: 'file', path: 'wechat.json' };
const n8n: Saved = { to: 'n8n', id: 'c1', name: 'WeChat', created: true };

describe('resultLines', () => {
  it('shows the token only when it was asked for', () => {
    for (const saved of [[], [file], [n8n], [file, n8n]])
      expect(resultLines(credential, false, saved).join('\n')).not.toContain('secret-token');
    expect(resultLines(credential, true, []).join('\n')).toContain('Bot Token        secret-token');
  });

  it('says which file the token is in', () => {
    expect(resultLines(credential, false, [file]).join('\n')).toMatch(
      /Bot Token +"botToken" in wechat\.json/,
    );
  });

  it('has nothing to paste when n8n has it, and says how to renew it', () => {
    const text = resultLines(credential, false, [n8n]).join('\n');
    expect(text).not.toContain('Bot Token');
    expect(text).toContain('--n8n-credential c1');
  });

  it.each([
    [{ ok: true, message: 'Connected to WeChat' }, 'says: Connected to WeChat.'],
    [{ ok: false, message: '' }, 'says: failed.'],
    [{ ok: true, message: '' }, 'says: OK.'],
  ])('tells what the test %j of n8n said', (test, said) => {
    expect(resultLines(credential, false, [{ ...n8n, test }])[0]).toContain(said);
  });

  it('ends with what comes next', () => {
    expect(resultLines(credential, false, [n8n]).at(-1)).toMatch(/write anything to the bot/);
  });
});
