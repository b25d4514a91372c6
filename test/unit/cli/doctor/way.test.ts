import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import {
  checkWay,
  codeOf,
  connectionNext,
  firstHop,
  judgeAddresses,
  judgeCertificate,
} from '../../../../cli/doctor/way';

describe('firstHop', () => {
  it.each([
    ['https://ilinkai.weixin.qq.com', undefined, { host: 'ilinkai.weixin.qq.com', port: 443, tls: true }],
    ['http://127.0.0.1:4000', undefined, { host: '127.0.0.1', port: 4000, tls: false }],
    ['https://ilinkai.weixin.qq.com', 'http://user:pw@proxy:3128', { host: 'proxy', port: 3128, tls: false }],
    ['https://ilinkai.weixin.qq.com', 'http://proxy', { host: 'proxy', port: 80, tls: false }],
    ['http://[::1]:4000', undefined, { host: '::1', port: 4000, tls: false }],
  ])('of %s through %s is %j', (url, proxy, hop) => {
    expect(firstHop(new URL(url), proxy)).toEqual(hop);
  });
});

describe('judgeAddresses', () => {
  it.each([
    [['101.91.33.1'], 'ok'],
    [['198.18.0.5'], 'warn'],
    [['198.19.0.5'], 'warn'],
    [['0.0.0.0', '::'], 'fail'],
  ])('takes %j for %s', (addresses, verdict) => {
    expect(judgeAddresses('ilinkai.weixin.qq.com', addresses)).toMatchObject({ check: 'name', verdict });
  });
});

describe('judgeCertificate', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', /date and time/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /answers instead/],
    ['ECONNRESET', /proxy and firewall/],
  ])('says what to do about %s', (code, next) => {
    expect(judgeCertificate(code)).toMatchObject({ verdict: 'fail', next: expect.stringMatching(next) });
  });
});

describe('connectionNext', () => {
  it('tells a closed port from a missing route and from a firewall', () => {
    const said = ['ECONNREFUSED', 'ENETUNREACH', 'ETIMEDOUT'].map(connectionNext);
    expect(new Set(said).size).toBe(3);
  });
});

describe('codeOf', () => {
  it('looks into a list of errors', () => {
    expect(codeOf({ errors: [{ code: 'ECONNREFUSED' }] })).toBe('ECONNREFUSED');
    expect(codeOf(new Error('x'))).toBe('unknown failure');
  });
});

describe('checkWay', () => {
  const never = new AbortController().signal;
  let server: Server;

  beforeEach(async () => {
    server = createServer((socket) => socket.on('error', () => undefined).end('no TLS here'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());
  const port = (): number => (server.address() as AddressInfo).port;

  const verdicts = async (hop: Parameters<typeof checkWay>[0]): Promise<string[]> =>
    (await checkWay(hop, never)).map(({ check, verdict }) => `${check} ${verdict}`);

  it('finds a server that takes connections', async () => {
    expect(await verdicts({ host: '127.0.0.1', port: port(), tls: false })).toEqual([
      'name ok',
      'connection ok',
    ]);
  });

  it('finds that the server speaks no TLS', async () => {
    expect(await verdicts({ host: '127.0.0.1', port: port(), tls: true })).toEqual([
      'name ok',
      'connection ok',
      'certificate fail',
    ]);
  });

  it('finds a closed port, and skips what needs a connection', async () => {
    const closed = port();
    server.close();
    await once(server, 'close');
    expect(await verdicts({ host: '127.0.0.1', port: closed, tls: true })).toEqual([
      'name ok',
      'connection fail',
      'certificate skip',
    ]);
  });

  it('finds a name that does not exist', async () => {
    expect(await verdicts({ host: 'nothing.invalid', port: 443, tls: true })).toEqual([
      'name fail',
      'connection skip',
      'certificate skip',
    ]);
  });
});
