import { isUsableProxy, proxyFor, withoutSecrets } from '../../../cli/proxy';

const API = new URL('https://ilinkai.weixin.qq.com');
const PLAIN = new URL('http://127.0.0.1:4000');

describe('proxyFor', () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    [{ https_proxy: 'http://small:1', HTTPS_PROXY: 'http://p:1' }, 'http://small:1'],
    [{ HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*, localhost' }, 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*.qq.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'localhost, weixin.qq.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '.qq.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'ilinkai.weixin.qq.com:8443' }, 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'inkai.weixin.qq.com' }, 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', no_proxy: 'ILINKAI.weixin.qq.com' }, undefined],
  ])('%j reaches the API through %s', (env, proxy) => {
    expect(proxyFor(API, env)).toBe(proxy);
  });

  it('uses the proxy for HTTP only for HTTP', () => {
    expect(proxyFor(PLAIN, { HTTPS_PROXY: 'http://p:1' })).toBeUndefined();
    expect(proxyFor(PLAIN, { HTTP_PROXY: 'http://p:1' })).toBe('http://p:1');
  });
});

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
    expect(isUsableProxy(proxy)).toBe(usable);
  });
});
