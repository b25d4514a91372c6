import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { request } from 'undici';

import { createDispatcher } from '../../../ilink/dispatcher';
import { HttpServer } from '../../support/http-server';

describe('createDispatcher', () => {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'].flatMap((name) => [
    name,
    name.toUpperCase(),
  ]);
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  let server: HttpServer;

  beforeEach(async () => {
    for (const name of names) delete process.env[name];
    server = await new HttpServer().start();
  });
  afterEach(async () => {
    for (const name of names) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await server.stop();
  });

  it('goes directly without a proxy in the environment', async () => {
    const dispatcher = createDispatcher();
    expect((await request(server.url, { dispatcher })).statusCode).toBe(200);
    await dispatcher.destroy();
  });

  /** A proxy that gives 502 to everybody, and what it was asked. */
  const proxyThatAsks = async (): Promise<{ url: string; heads: string[]; close: () => void }> => {
    const heads: string[] = [];
    const proxy = createServer((socket) => {
      socket.once('data', (data) => {
        heads.push(data.toString());
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://us%40er:pw@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    return { url, heads, close: () => proxy.close() };
  };
  const LOGIN = `Basic ${Buffer.from('us@er:pw').toString('base64')}`;

  it('asks no proxy for an address that is to be reached without one', async () => {
    const proxy = await proxyThatAsks();
    process.env.http_proxy = proxy.url;
    const dispatcher = createDispatcher({ isDirect: ({ hostname }) => hostname === '127.0.0.1' });
    expect((await request(server.url, { dispatcher })).statusCode).toBe(200);
    expect(proxy.heads).toEqual([]);
    await dispatcher.destroy();
    proxy.close();
  });

  it('asks the proxy that the environment names for the whole address of plain HTTP', async () => {
    const proxy = await proxyThatAsks();
    process.env.HTTP_PROXY = proxy.url;
    const dispatcher = createDispatcher();
    const answer = await request('http://ilink.invalid:81/ilink/bot/getconfig?a=b', { dispatcher });
    expect(answer.statusCode).toBe(502);
    await answer.body.dump();
    const [head] = proxy.heads;
    expect(head).toContain('GET http://ilink.invalid:81/ilink/bot/getconfig?a=b HTTP/1.1\r\n');
    expect(head).toMatch(/^host: ilink\.invalid:81\r$/im);
    expect(head!.toLowerCase()).toContain(`proxy-authorization: ${LOGIN}`.toLowerCase());
    await dispatcher.destroy();
    proxy.close();
  });

  it.each(['HTTPS_PROXY', 'ALL_PROXY'])(
    'goes through a tunnel of the proxy in %s for HTTPS',
    async (name) => {
      const proxy = await proxyThatAsks();
      process.env[name] = proxy.url;
      const dispatcher = createDispatcher();
      await expect(request('https://ilink.invalid/', { dispatcher })).rejects.toThrow();
      expect(proxy.heads[0]).toContain('CONNECT ilink.invalid:443 HTTP/1.1\r\n');
      await dispatcher.destroy();
      proxy.close();
    },
  );

  it('goes around the proxy for what NO_PROXY names', async () => {
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    process.env.NO_PROXY = '127.0.0.1';
    const dispatcher = createDispatcher();
    expect((await request(server.url, { dispatcher })).statusCode).toBe(200);
    await dispatcher.destroy();
  });

  it('resolves names as it is told', async () => {
    const asked: string[] = [];
    const dispatcher = createDispatcher({
      lookup: (host, _options, callback) => {
        asked.push(host);
        callback(new Error('not allowed'), []);
      },
    });
    await expect(request('http://ilink.invalid/', { dispatcher })).rejects.toThrow('not allowed');
    expect(asked).toEqual(['ilink.invalid']);
    await dispatcher.destroy();
  });
});
