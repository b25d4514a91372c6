import { checkApi, checkFiles, checkNode, judgeClock, serverTime } from '../../../../cli/doctor/checks';
import { ILinkClient } from '../../../../ilink/client';
import { systemClock } from '../../../../ilink/clock';
import { openTransport } from '../../../../ilink/connect';
import type { Transport } from '../../../../ilink/transport';
import { HttpServer } from '../../../support/http-server';

const never = new AbortController().signal;

describe('with a server', () => {
  let server: HttpServer;
  let transport: Transport;

  beforeEach(async () => {
    server = await new HttpServer().start();
    transport = openTransport({ clock: systemClock });
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
  });

  const answer = (status: number, body: string): void => {
    server.handler = (_request, response) => response.writeHead(status).end(body);
  };
  const check = async (botToken = 'token', ownerUserId = ''): Promise<string[]> => {
    const client = new ILinkClient({ apiBaseUrl: server.url, botToken }, { transport, random: () => 1 });
    const findings = await checkApi(client, { botToken, ownerUserId }, never);
    return findings.map(({ check: what, verdict }) => `${what} ${verdict}`);
  };

  it.each([
    [200, '{"ret":0,"typing_ticket":"x"}', ['api ok', 'token ok']],
    [200, '{"ret":-14}', ['api ok', 'token fail']],
    [200, '{"ret":-2,"errmsg":"ilink_user_id required"}', ['api ok', 'token ok']],
    [200, '{"ret":-13}', ['api ok', 'token ok']],
    [200, '{}', ['api fail', 'token skip']],
    [200, '<html>', ['api fail', 'token skip']],
    [403, 'no', ['api fail', 'token skip']],
    [502, 'no', ['api fail', 'token skip']],
  ])('takes HTTP %d %s for %j', async (status, body, findings) => {
    answer(status, body);
    expect(await check()).toEqual(findings);
  });

  it('does not take a complaint about the id for success when there is an id', async () => {
    answer(200, '{"ret":-2,"errmsg":"bad id"}');
    expect(await check('token', 'o@im.wechat')).toEqual(['api ok', 'token fail']);
  });

  it('sees without a token that iLink answers', async () => {
    answer(200, '{"ret":-14}');
    expect(await check('')).toEqual(['api ok', 'token skip']);
  });

  it.each([
    [400, 'ok'],
    [200, 'ok'],
    [502, 'fail'],
    [407, 'fail'],
  ])('takes HTTP %d of the file servers for %s', async (status, verdict) => {
    answer(status, '');
    expect(await checkFiles(`${server.url}/c2c`, transport, never)).toMatchObject({
      check: 'files',
      verdict,
    });
    expect(server.seen[0]?.url).toBe('/c2c/download');
  });

  it('says when the file servers cannot be reached', async () => {
    const finding = await checkFiles('http://127.0.0.1:9/c2c', transport, never);
    expect(finding).toMatchObject({ verdict: 'fail', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('asks the server what time it is', async () => {
    const time = await serverTime(server.url, transport, never);
    expect(Math.abs((time ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await serverTime('http://127.0.0.1:9', transport, never)).toBeUndefined();
  });
});

describe('judgeClock', () => {
  it.each([
    [0, 'ok'],
    [59_000, 'ok'],
    [-59_000, 'ok'],
    [120_000, 'warn'],
    [-120_000, 'warn'],
    [3_600_000, 'fail'],
  ])('takes %d ms for %s', (skewMs, verdict) => {
    expect(judgeClock(1_000_000_000, 1_000_000_000 + skewMs).verdict).toBe(verdict);
  });

  it('says which way it is wrong', () => {
    expect(judgeClock(1_000_000_000, 1_000_120_000).message).toBe('120 s ahead of the server');
    expect(judgeClock(1_000_120_000, 1_000_000_000).message).toBe('120 s behind the server');
  });

  it('is skipped when the server does not say', () => {
    expect(judgeClock(undefined, 0).verdict).toBe('skip');
  });
});

describe('checkNode', () => {
  it('wants node:sqlite', () => {
    expect(checkNode('24.1.0', true).verdict).toBe('ok');
    expect(checkNode('22.4.0', false)).toMatchObject({
      verdict: 'fail',
      next: expect.stringContaining('Node 24'),
    });
  });
});
