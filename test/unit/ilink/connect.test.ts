import { Agent } from 'undici';

import { systemClock } from '../../../ilink/clock';
import { openTransport } from '../../../ilink/connect';
import type { Exchange } from '../../../ilink/transport';
import { HttpServer } from '../../support/http-server';

describe('openTransport', () => {
  let server: HttpServer;
  beforeEach(async () => {
    server = await new HttpServer().start();
    server.handler = (_request, response) => void response.writeHead(200).end('{}');
  });
  afterEach(() => server.stop());

  const exchange = (url = server.url): Exchange => ({
    endpoint: 'getconfig',
    method: 'POST',
    url: new URL(url),
    headers: {},
    body: '{}',
    timeoutMs: 15_000,
  });

  it('makes connections of its own, and closes them', async () => {
    const transport = openTransport({ clock: systemClock });
    expect((await transport.exchange(exchange())).status).toBe(200);
    await transport.close();
    await expect(transport.exchange(exchange())).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('goes over the connections that it is given', async () => {
    const dispatcher = new Agent();
    await dispatcher.destroy();
    const transport = openTransport({ clock: systemClock, dispatcher });
    await expect(transport.exchange(exchange())).rejects.toMatchObject({ kind: 'unreachable' });
    expect(server.seen).toEqual([]);
  });

  it('resolves names and refuses addresses by the rule', async () => {
    const guard = (url: URL): void => {
      if (url.hostname === '127.0.0.1') throw new Error('private address');
    };
    const transport = openTransport({
      clock: systemClock,
      rule: {
        guard,
        lookup: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
      },
    });
    await expect(transport.exchange(exchange())).rejects.toMatchObject({ kind: 'unreachable' });
    expect(server.seen).toEqual([]);
    const named = `http://wechat.example:${new URL(server.url).port}`;
    expect((await transport.exchange(exchange(named))).status).toBe(200);
    await transport.close();
  });
});
