import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { request } from 'undici';

import { createDispatcher } from '../../../ilink/dispatcher';
import { HttpServer } from '../../support/http-server';

describe('createDispatcher', () => {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
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

  it('goes through the proxy that the environment names', async () => {
    const asked: string[] = [];
    const proxy = createServer((socket) => {
      socket.once('data', (data) => {
        asked.push(data.toString().split('\r\n')[0]!);
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    process.env.HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const dispatcher = createDispatcher();
    await expect(request('http://ilink.invalid/ilink/bot/getconfig', { dispatcher })).rejects.toThrow();
    expect(asked).toEqual(['CONNECT ilink.invalid:80 HTTP/1.1']);
    await dispatcher.destroy();
    proxy.close();
  });

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
