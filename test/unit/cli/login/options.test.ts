import { UsageProblem } from '../../../../cli/exit';
import { loginOptions } from '../../../../cli/login/options';

describe('loginOptions', () => {
  it('needs nothing in a terminal: where the token goes is asked at the end', () => {
    expect(loginOptions([], {}, true)).toEqual({
      apiBaseUrl: 'https://ilinkai.weixin.qq.com',
      cdnBaseUrl: 'https://novac2c.cdn.weixin.qq.com/c2c',
      clientVersion: '2.4.9',
      json: false,
      lightBackground: false,
      sinks: { showToken: false },
    });
  });

  it.each([
    [[], false],
    [['--json'], true],
    [['--png', 'x.png'], false],
  ])('refuses %j where nobody can be asked', (args, interactive) => {
    expect(() => loginOptions(args, {}, interactive)).toThrow(UsageProblem);
  });

  it('takes the API key from the command line, else from the environment', () => {
    const key = (args: string[]): string | undefined =>
      loginOptions(['--n8n-url', 'http://n8n:5678/', ...args], { N8N_API_KEY: ' from-env ' }, true).sinks.n8n
        ?.apiKey;
    expect(key([])).toBe('from-env');
    expect(key(['--n8n-api-key', 'given'])).toBe('given');
  });

  it('makes a credential of the name WeChat, unless told', () => {
    const n8n = (args: string[]) =>
      loginOptions(['--n8n-url', 'http://n8n:5678', ...args], { N8N_API_KEY: 'k' }, true).sinks.n8n;
    expect(n8n([])).toEqual({ url: 'http://n8n:5678', apiKey: 'k', name: 'WeChat' });
    expect(n8n(['--n8n-name', 'Mine'])).toMatchObject({ name: 'Mine' });
    expect(n8n(['--n8n-credential', 'c1'])).toMatchObject({ credential: 'c1' });
    expect(() => n8n(['--n8n-credential', 'c1', '--n8n-name', 'Mine'])).toThrow(UsageProblem);
  });

  it.each([
    ['--api-base-url', 'ftp://x'],
    ['--cdn-base-url', 'x'],
    ['--n8n-url', 'localhost'],
    ['--client-version', 'latest'],
    ['--output', ''],
  ])('refuses %s %s', (flag, value) => {
    expect(() => loginOptions(['--show-token', flag, value], {}, true)).toThrow(UsageProblem);
  });
});
