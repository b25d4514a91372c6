import fc from 'fast-check';
import { createRequire } from 'node:module';

import { proxyFor } from '../../../ilink/proxy';

/** What n8n's own requests ask. It is n8n's dependency and none of ours. */
const ofN8n = createRequire(require.resolve('@n8n/backend-network'))('proxy-from-env') as {
  getProxyForUrl(url: string): string;
};

const API = new URL('https://ilinkai.weixin.qq.com');
const PLAIN = new URL('http://ilink.example:4000');

/** Runs with these variables about proxies and no others. */
function withEnvironment<Result>(env: NodeJS.ProcessEnv, action: () => Result): Result {
  const before = { ...process.env };
  const isProxy = (name: string): boolean => /proxy/i.test(name);
  for (const name of Object.keys(process.env).filter(isProxy)) delete process.env[name];
  Object.assign(process.env, env);
  try {
    return action();
  } finally {
    for (const name of Object.keys(process.env).filter(isProxy)) delete process.env[name];
    for (const name of Object.keys(before).filter(isProxy)) process.env[name] = before[name];
  }
}

describe('proxyFor', () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    [{ https_proxy: 'http://small:1', HTTPS_PROXY: 'http://p:1' }, 'http://small:1'],
    [{ https_proxy: '', HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    [{ HTTP_PROXY: 'http://p:1' }, undefined],
    [{ ALL_PROXY: 'http://all:1' }, 'http://all:1'],
    [{ all_proxy: 'http://all:1', HTTPS_PROXY: '' }, 'http://all:1'],
    [{ ALL_PROXY: 'http://all:1', HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    [{ HTTPS_PROXY: '127.0.0.1:7890' }, 'https://127.0.0.1:7890'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*.qq.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'localhost, .weixin.qq.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'weixin.qq.com' }, 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'ilinkai.weixin.qq.com:8443' }, 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', no_proxy: 'ILINKAI.weixin.qq.com' }, undefined],
    [{ HTTPS_PROXY: 'http://p:1', no_proxy: '', NO_PROXY: '.qq.com' }, undefined],
  ])('%j reaches the API through %s', (env, proxy) => {
    expect(proxyFor(API, env)).toBe(proxy);
  });

  it('uses the proxy for HTTP only for HTTP', () => {
    expect(proxyFor(PLAIN, { HTTPS_PROXY: 'http://p:1' })).toBeUndefined();
    expect(proxyFor(PLAIN, { HTTP_PROXY: 'http://p:1' })).toBe('http://p:1');
  });

  it("says what n8n's own requests would, for whatever environment", () => {
    const host = fc.constantFrom(
      'ilinkai.weixin.qq.com',
      'weixin.qq.com',
      '127.0.0.1',
      'localhost',
      '[::1]',
      'a.example',
    );
    const url = fc
      .tuple(fc.constantFrom('http', 'https'), host, fc.constantFrom('', ':80', ':443', ':4000'))
      .map(([scheme, name, port]) => `${scheme}://${name}${port}/ilink/bot/getupdates`);
    const proxy = fc.constantFrom(
      '',
      'http://p:1',
      'https://user:pw@s:2/',
      '127.0.0.1:7890',
      'socks5://p:1080',
    );
    const entry = fc
      .tuple(fc.constantFrom('', '.', '*', '*.'), host, fc.constantFrom('', ':443', ':4000', ':0', ':x'))
      .map((parts) => parts.join(''));
    const exceptions = fc.oneof(
      fc.constantFrom('', '*', ' * ', '*,a', ',', 'QQ.com', '.COM'),
      fc
        .array(entry, { maxLength: 3 })
        .chain((all) => fc.constantFrom(',', ' ', ', ', '\n').map((by) => all.join(by))),
    );
    const names = ['http_proxy', 'https_proxy', 'all_proxy', 'npm_config_proxy', 'npm_config_https_proxy'];
    const lists = ['no_proxy', 'npm_config_no_proxy'];
    const both = (all: string[]): string[] => all.flatMap((name) => [name, name.toUpperCase()]);
    const env = fc.record(
      Object.fromEntries([
        ...both(names).map((name) => [name, proxy] as const),
        ...both(lists).map((name) => [name, exceptions] as const),
      ]),
      { requiredKeys: [] },
    ) as fc.Arbitrary<NodeJS.ProcessEnv>;
    fc.assert(
      fc.property(url, env, (address, variables) => {
        const theirs = withEnvironment(variables, () => ofN8n.getProxyForUrl(address));
        expect(proxyFor(new URL(address), variables) ?? '').toBe(theirs);
      }),
      { numRuns: 5_000 },
    );
  });
});
