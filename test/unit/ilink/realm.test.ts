import { realmOf, speaksForAll, TENCENT_REALM } from '../../../ilink/realm';

describe('realmOf', () => {
  it.each([
    'https://ilinkai.weixin.qq.com',
    'https://ILINKAI.weixin.qq.com:443/',
    'https://ilinkai.wechat.com//',
    'https://another.weixin.qq.com',
  ])('is one for all of Tencent: %s', (url) => {
    expect(realmOf(url)).toBe(TENCENT_REALM);
  });

  it.each([
    ['without TLS', 'http://ilinkai.weixin.qq.com'],
    ['at another port', 'https://ilinkai.weixin.qq.com:8443'],
    ['below a path', 'https://ilinkai.weixin.qq.com/somewhere'],
    ['with a query, which would swallow the path of every call', 'https://ilinkai.weixin.qq.com?x='],
    ['of media, whose content users upload', 'https://novac2c.cdn.weixin.qq.com'],
    ['that only ends alike', 'https://evilweixin.qq.com'],
    ['below another domain', 'https://weixin.qq.com.evil.example'],
    ['with a name in front', 'https://weixin.qq.com@evil.example'],
  ])('is not Tencent’s for a host %s', (_, url) => {
    expect(realmOf(url)).not.toBe(TENCENT_REALM);
  });

  it('is the same however an address is written, and another for each origin and path', () => {
    const own = realmOf('https://bot.example/api');
    for (const same of ['HTTPS://BOT.example:443/api/', 'https://bot.example/api//'])
      expect(realmOf(same)).toBe(own);
    for (const other of ['http://bot.example/api', 'https://bot.example', 'https://bot.example:444/api'])
      expect(realmOf(other)).not.toBe(own);
  });
});

describe('speaksForAll', () => {
  it('is always true of Tencent, whose users cannot be made up', () => {
    expect(speaksForAll(TENCENT_REALM, [])).toBe(true);
    expect(speaksForAll(TENCENT_REALM, ['http://127.0.0.1:9'])).toBe(true);
  });

  it('is true of another server only where no other was ever used', () => {
    const own = realmOf('http://127.0.0.1:9');
    expect(speaksForAll(own, ['http://127.0.0.1:9/'])).toBe(true);
    expect(speaksForAll(own, [])).toBe(false);
    expect(speaksForAll(own, ['http://127.0.0.1:9', 'https://ilinkai.weixin.qq.com'])).toBe(false);
    expect(speaksForAll(own, ['no address'])).toBe(false);
  });
});
