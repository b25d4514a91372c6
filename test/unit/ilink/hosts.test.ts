import fc from 'fast-check';

import { isTencentHost, trustedBaseUrl } from '../../../ilink/hosts';

const TENCENT = 'https://ilinkai.weixin.qq.com';

describe('trustedBaseUrl', () => {
  it.each([
    ['szilinkai.weixin.qq.com', 'https://szilinkai.weixin.qq.com'],
    ['ilinkai.wechat.com', 'https://ilinkai.wechat.com'],
    ['https://ilinkai.weixin.qq.com/', 'https://ilinkai.weixin.qq.com'],
    ['https://ilinkai.weixin.qq.com/api/', 'https://ilinkai.weixin.qq.com/api'],
    ['ILINKAI.WeChat.com', 'https://ilinkai.wechat.com'],
    ['http://ilinkai.weixin.qq.com', 'https://ilinkai.weixin.qq.com'],
    [' ilinkai.weixin.qq.com:443 ', 'https://ilinkai.weixin.qq.com'],
  ])('follows "%s" as %s', (named, followed) => {
    expect(trustedBaseUrl(named, TENCENT)).toBe(followed);
  });

  it.each([
    '',
    'example.com',
    'weixin.qq.com.example.com',
    'evilweixin.qq.com.cn',
    'notwechat.com',
    'qq.com',
    'ilinkai.weixin.qq.com@example.com',
    'user:password@ilinkai.weixin.qq.com',
    'example.com/ilinkai.weixin.qq.com',
    'example.com#.weixin.qq.com',
    'example.com?.weixin.qq.com',
    'example.com\\.weixin.qq.com',
    'ilinkai.weixin.qq.com:8443',
    '127.0.0.1:4000',
    'ftp://ilinkai.weixin.qq.com',
    'javascript:alert(1)',
    'not a host',
  ])('does not follow "%s"', (named) => {
    expect(trustedBaseUrl(named, TENCENT)).toBeUndefined();
  });

  it("follows to the configured base's own host, on any port and with its scheme", () => {
    expect(trustedBaseUrl('127.0.0.1:4001', 'http://127.0.0.1:4000')).toBe('http://127.0.0.1:4001');
    expect(trustedBaseUrl('http://127.0.0.1:4001/', 'http://127.0.0.1:4000')).toBe('http://127.0.0.1:4001');
    expect(trustedBaseUrl('127.0.0.2:4001', 'http://127.0.0.1:4000')).toBeUndefined();
    expect(trustedBaseUrl('localhost:4001', 'http://127.0.0.1:4000')).toBeUndefined();
  });

  it('gives HTTPS on a host of Tencent or nothing, whatever is named', () => {
    const part = fc.constantFrom(
      '.',
      '@',
      ':',
      '/',
      '#',
      '?',
      '\\',
      'a',
      '%2e',
      'weixin.qq.com',
      'wechat.com',
      '1',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const followed = trustedBaseUrl(parts.join(''), TENCENT);
        if (followed === undefined) return true;
        const url = new URL(followed);
        return (
          url.protocol === 'https:' && url.port === '' && url.username === '' && isTencentHost(url.hostname)
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
