import { Agent, type Dispatcher } from 'undici';

import { ConnectionPool, type PoolOptions } from '../../../ilink/connection-pool';
import { HttpServer } from '../../support/http-server';

describe('ConnectionPool', () => {
  let server: HttpServer;
  let agent: Agent;
  let held: Array<() => void>;
  const agentOf = (connections: number): Agent =>
    new Agent({
      connections,
      factory: (origin, options) =>
        new ConnectionPool(origin, options as PoolOptions) as unknown as Dispatcher,
    });
  const send = async (): Promise<number> => {
    const { statusCode, body } = await agent.request({ origin: server.url, path: '/', method: 'GET' });
    await body.dump();
    return statusCode;
  };
  /** The server answers nothing before it is told to. */
  const hold = (): void => {
    server.handler = (_request, response) => void held.push(() => response.end('{}'));
  };
  const arrived = async (count: number): Promise<void> => {
    while (held.length < count) await new Promise(setImmediate);
  };

  beforeEach(async () => {
    server = await new HttpServer().start();
    agent = agentOf(2);
    held = [];
  });
  afterEach(async () => {
    await agent.destroy();
    await server.stop();
  });

  it('sends one request at a time on a connection, and uses it again', async () => {
    for (let i = 0; i < 10; i++) expect(await send()).toBe(200);
    expect(await server.connections()).toBeLessThanOrEqual(2);
  });

  it('opens as many as are needed and allowed, and lets the others wait', async () => {
    hold();
    const all = Promise.all([send(), send(), send(), send(), send()]);
    await arrived(2);
    expect([await server.connections(), held.length]).toEqual([2, 2]);
    for (let answered = 0; answered < 5; answered++) {
      await arrived(answered + 1);
      held[answered]!();
    }
    expect(await all).toEqual([200, 200, 200, 200, 200]);
    expect(await server.connections()).toBe(2);
  });

  it('brings everything to its end before it is closed', async () => {
    hold();
    const all = Promise.all([send(), send(), send()]);
    await arrived(2);
    const closed = agent.close();
    held.splice(0).forEach((answer) => answer());
    await arrived(1);
    held[0]!();
    expect(await all).toEqual([200, 200, 200]);
    await closed;
    await expect(send()).rejects.toThrow();
  });

  it('fails what is under way and what waits when it is destroyed', async () => {
    hold();
    const all = Promise.allSettled([send(), send(), send()]);
    await arrived(2);
    await agent.destroy();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('fails where nobody listens, and connects when somebody does', async () => {
    const { url } = server;
    await server.stop();
    const origin = { origin: url, path: '/', method: 'GET' } as const;
    await expect(agent.request(origin)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    server = await new HttpServer().start();
    expect(await send()).toBe(200);
  });
});
