import { MEDIA_HOSTS, MediaHosts } from '../../../../ilink/media/hosts';

const BASE = { cdnBaseUrl: 'https://cdn.example.com:8443/c2c', apiBaseUrl: 'http://127.0.0.1:4000' };
const allows = (url: string, more: string[] = []): boolean => new MediaHosts(BASE, more).allows(new URL(url));

describe('MediaHosts', () => {
  it.each([
    'https://novac2c.cdn.weixin.qq.com/c2c/download?x=1',
    'https://ilinkai.weixin.qq.com/x',
    'http://wx.qlogo.cn/head/0',
    'https://thirdwx.qlogo.cn/x',
    'https://res.wx.qq.com/x',
    'https://mmbiz.qpic.cn/x',
    'https://mmbiz.qlogo.cn/x',
    'https://MMBIZ.QLOGO.CN:443/x',
  ])("allows Tencent's %s", (url) => expect(allows(url)).toBe(true));

  it.each([
    'https://example.com/c2c/download',
    'https://cdn.weixin.qq.com.example.com/x',
    'https://evilcdn.weixin.qq.com.cn/x',
    'https://xcdn.weixin.qq.com/x',
    'https://novac2c.cdn.weixin.qq.com:8080/x',
    'https://novac2c.cdn.weixin.qq.com@example.com/x',
    'https://user:pass@novac2c.cdn.weixin.qq.com/x',
    'ftp://novac2c.cdn.weixin.qq.com/x',
    'file:///etc/passwd',
    'http://169.254.169.254/latest/meta-data',
    'http://localhost/x',
  ])('refuses %s', (url) => expect(allows(url)).toBe(false));

  it("allows the credential's own hosts, with exactly their ports", () => {
    expect(allows('https://cdn.example.com:8443/anything')).toBe(true);
    expect(allows('http://127.0.0.1:4000/x')).toBe(true);
    expect(allows('http://127.0.0.1:4001/x')).toBe(false);
    expect(allows('https://cdn.example.com/x')).toBe(false);
  });

  it.each([
    [['files.example.org'], true],
    [[' Files.Example.org '], true],
    [['https://files.example.org/some/path'], true],
    [['*.example.org'], true],
    [['example.org'], false],
    [['files.example.org:8443'], false],
    [[''], false],
    [['*.'], false],
  ])('with %j added, a file of that host may be fetched: %s', (more, expected) => {
    expect(allows('https://files.example.org/x', more)).toBe(expected);
  });

  it('lists no host that is not Tencent’s', () => {
    for (const host of MEDIA_HOSTS) expect(host).toMatch(/\.(qq\.com|qlogo\.cn|qpic\.cn|wechat\.com)$/);
  });
});

describe('where a file is', () => {
  const hosts = new MediaHosts(BASE);
  const good = 'https://novac2c.cdn.weixin.qq.com/c2c/download?encrypted_query_param=a%2Bb';
  const built = 'https://cdn.example.com:8443/c2c/download?encrypted_query_param=p%2F%2B%3D';

  it('is the full address, where there is one', () =>
    expect(String(hosts.addressOf({ full_url: good, encrypt_query_param: 'p' }))).toBe(good));

  it.each([undefined, '', 'not an address', 'https://example.com/steal'])(
    'is made of the parameter when the address is %s',
    (full_url) =>
      expect(
        String(hosts.addressOf({ ...(full_url !== undefined && { full_url }), encrypt_query_param: 'p/+=' })),
      ).toBe(built),
  );

  it('is nowhere when only a foreign address is given', () =>
    expect(hosts.addressOf({ full_url: 'https://example.com/x' })).toBe('foreign'));

  it('is not said when there is nothing', () => {
    expect(hosts.addressOf({})).toBe('none');
    expect(hosts.addressOf({ full_url: 5 as never, encrypt_query_param: null as never })).toBe('none');
  });
});
