import { isUsableProxy, proxyFor, withoutSecrets } from '../../../cli/proxy';

describe('withoutSecrets', () => {
  it('takes name and password out', () => {
    expect(withoutSecrets('http://user:password@proxy:3128/')).toBe('http://proxy:3128');
    expect(withoutSecrets('user:password@proxy')).not.toContain('password');
  });
});

describe('isUsableProxy', () => {
  it.each([
    ['http://127.0.0.1:7890', true],
    ['socks5://127.0.0.1:1080', true],
    ['127.0.0.1:7890', false],
    ['localhost:7890', false],
    ['ftp://proxy', false],
  ])('takes %s: %s', (proxy, usable) => {
    const env = { HTTPS_PROXY: proxy };
    expect(isUsableProxy(proxyFor(new URL('https://ilinkai.weixin.qq.com'), env)!, env)).toBe(usable);
  });
});
