import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Agent } from 'undici';

import { makeIdentity } from '../../../bench/certificate';
import { systemClock } from '../../../ilink/clock';
import { ILinkNetworkError, ILinkReplyError } from '../../../ilink/errors';
import { Transport, type Exchange, type HttpAnswer } from '../../../ilink/transport';
import { BOT_AGENT } from '../../../ilink/version';
import { FakeClock, SteppedClock } from '../../support/fake-clock';
import { HttpServer } from '../../support/http-server';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

describe('Transport', () => {
  let server: HttpServer;
  let dispatcher: Agent;
  let transport: Transport;
  const exchange = (more: Partial<Exchange> = {}): Exchange => ({
    endpoint: 'sendmessage',
    method: 'POST',
    url: new URL('/x', server.url),
    headers: {},
    body: '{}',
    timeoutMs: 5_000,
    ...more,
  });

  beforeEach(async () => {
    server = await new HttpServer().start();
    dispatcher = new Agent();
    transport = new Transport({ dispatcher, clock: systemClock });
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await server.stop();
  });
  afterAll(removeTempFolders);

  it('gives status, headers and the whole body', async () => {
    server.handler = (_request, response) => response.writeHead(201, { 'x-a': 'b' }).end('grüße');
    const answer = await transport.exchange(exchange({ body: '{"ä":1}' }));
    expect(answer).toMatchObject({ status: 201, headers: { 'x-a': 'b' } });
    expect(answer.body.toString()).toBe('grüße');
    expect(server.seen[0]!.headers['content-length']).toBe('8');
  });

  it('keeps the connection for the next request', async () => {
    for (let i = 0; i < 10; i++) await transport.exchange(exchange());
    // undici may open a second one while the first is still being given back.
    expect(await server.connections()).toBeLessThanOrEqual(2);
  });

  it('does not follow redirects', async () => {
    server.handler = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect((await transport.exchange(exchange())).status).toBe(302);
    expect(server.seen).toHaveLength(1);
  });

  it('goes over new connections after a request without an answer: the idle ones may have died, too', async () => {
    const clock = new FakeClock();
    const pools: Agent[] = [];
    const renew = (): Agent => pools[pools.push(new Agent()) - 1]!;
    const one = new Transport({ dispatcher: renew(), renew, clock });
    const ports = new Set<number | undefined>();
    server.handler = (_request, response, raw) => {
      ports.add(raw.socket.remotePort);
      response.end('{}');
    };
    await one.exchange(exchange());
    const arrived = new Promise<void>((resolve) => (server.handler = () => resolve()));
    const unanswered = expect(one.exchange(exchange())).rejects.toMatchObject({ kind: 'timed_out' });
    await arrived;
    const before = new Set(ports);
    await clock.advance(5_000);
    await unanswered;
    server.handler = (_request, response, raw) => {
      ports.add(raw.socket.remotePort);
      response.end('{}');
    };
    await one.exchange(exchange());
    expect(pools).toHaveLength(2);
    expect(ports.size).toBe(before.size + 1);
    expect(pools[0]!.closed).toBe(true);
    await one.close();
    expect(pools[1]!.destroyed).toBe(true);
  });

  it('makes its connections with the first request, and none once it is closed', async () => {
    const renew = jest.fn(() => new Agent());
    const one = new Transport({ renew, clock: systemClock });
    expect(renew).not.toHaveBeenCalled();
    await one.exchange(exchange());
    await one.exchange(exchange());
    expect(renew).toHaveBeenCalledTimes(1);
    await one.close();
    expect(renew.mock.results[0]!.value).toMatchObject({ destroyed: true });

    const unused = new Transport({ renew, clock: systemClock });
    await unused.close();
    await expect(unused.exchange(exchange())).rejects.toBeInstanceOf(ILinkNetworkError);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('keeps its connections after a request that was aborted or refused', async () => {
    const renew = jest.fn(() => new Agent());
    const one = new Transport({ dispatcher, renew, clock: systemClock });
    const abort = new AbortController();
    const arrived = new Promise<void>((resolve) => (server.handler = () => resolve()));
    const aborted = expect(one.exchange(exchange({ signal: abort.signal }))).rejects.toThrow();
    await arrived;
    abort.abort();
    await aborted;
    server.handler = (_request, response) => void response.socket!.destroy();
    await expect(one.exchange(exchange())).rejects.toThrow();
    expect(renew).not.toHaveBeenCalled();
  });

  it('gives up when the limit is over, and says so', async () => {
    const clock = new FakeClock();
    const arrived = new Promise<void>((resolve) => (server.handler = () => resolve()));
    const sent = new Transport({ dispatcher, clock }).exchange(exchange({ timeoutMs: 15_000 }));
    const failed = expect(sent).rejects.toMatchObject({ kind: 'timed_out', mayHaveArrived: true });
    await arrived;
    await clock.advance(15_000);
    await failed;
  });

  it('counts a body that never ends against the limit, too', async () => {
    const clock = new FakeClock();
    const begun = new Promise<void>((resolve) => {
      server.handler = (_request, response) => {
        response.writeHead(200).write('{"ret"');
        resolve();
      };
    });
    const sent = new Transport({ dispatcher, clock }).exchange(exchange({ timeoutMs: 15_000 }));
    const failed = expect(sent).rejects.toMatchObject({ kind: 'timed_out' });
    await begun;
    await clock.advance(15_000);
    await failed;
  });

  it('really ends the request when it is aborted, and leaves no listener behind', async () => {
    const abort = new AbortController();
    const held = new Promise<{ closed: Promise<unknown> }>((resolve) => {
      server.handler = (_request, response) => resolve({ closed: once(response, 'close') });
    });
    const sent = transport.exchange(exchange({ signal: abort.signal }));
    const failed = expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    const { closed } = await held;
    abort.abort();
    await failed;
    await closed;
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  describe('with an answer that has begun when it is aborted', () => {
    /** Starts an exchange, waits until the client has seen the headers, and aborts it. */
    const begin = async (): Promise<{ sent: Promise<HttpAnswer>; end: () => void; clock: FakeClock }> => {
      const abort = new AbortController();
      const clock = new FakeClock();
      let end = (): void => undefined;
      server.handler = (_request, response) => {
        response.writeHead(200).write('{"ret":');
        end = () => response.end('0}');
      };
      const headers = new Promise<void>((resolve) => {
        const seen = (): void => {
          unsubscribe('undici:request:headers', seen);
          resolve();
        };
        subscribe('undici:request:headers', seen);
      });
      const more = { signal: abort.signal, finishStarted: true };
      const sent = new Transport({ dispatcher, clock }).exchange(exchange(more));
      await headers;
      await new Promise(setImmediate);
      abort.abort();
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      return { sent, end, clock };
    };

    it('reads it to its end', async () => {
      const { sent, end } = await begin();
      end();
      expect((await sent).body.toString()).toBe('{"ret":0}');
    });

    it('reads one that has arrived and that nobody had the time to look at', async () => {
      const abort = new AbortController();
      server.handler = (_request, response) => {
        response.end('{"ret":0}');
        // In the turn in which it was sent: the client's side of the socket has it, and has not been read.
        abort.abort();
      };
      const more = { signal: abort.signal, finishStarted: true };
      const answer = await new Transport({ dispatcher, clock: new FakeClock() }).exchange(exchange(more));
      expect(answer.body.toString()).toBe('{"ret":0}');
    });

    it('gives what has come, and why there is no more, when the end does not come for a moment', async () => {
      const { sent, clock } = await begin();
      await clock.advance(800);
      const { body, cutBy } = await sent;
      expect(body.toString()).toBe('{"ret":');
      expect(cutBy).toMatchObject({ name: 'AbortError' });
    });
  });

  it('finds an answer that came while the process stood still for longer than the limit', async () => {
    const clock = new SteppedClock();
    server.handler = (_request, response) => {
      response.end('{"ret":0}');
      // In the turn in which it was sent: the client's side of the socket has it, and has not been read.
      clock.fire();
    };
    const answer = await new Transport({ dispatcher, clock }).exchange(exchange({ finishStarted: true }));
    expect(answer.body.toString()).toBe('{"ret":0}');
  });

  it('still ends a request whose answer did not come', async () => {
    const clock = new FakeClock();
    server.handler = () => void clock.advance(60_000);
    await expect(
      new Transport({ dispatcher, clock }).exchange(exchange({ finishStarted: true })),
    ).rejects.toMatchObject({ kind: 'timed_out' });
  });

  it('gives what came of an answer whose connection broke, where that is asked for', async () => {
    server.handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"ret":0,"msgs":[{"message_id":"1"},{"mes');
      setTimeout(() => response.destroy(), 20);
    };
    const { body, cutBy } = await transport.exchange(exchange({ finishStarted: true }));
    expect(body.toString()).toContain('"message_id":"1"');
    expect(cutBy).toBeInstanceOf(ILinkNetworkError);
    await expect(transport.exchange(exchange())).rejects.toBeInstanceOf(ILinkNetworkError);
  });

  it('sends nothing when it was aborted before', async () => {
    await expect(transport.exchange(exchange({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(server.seen).toHaveLength(0);
  });

  it('knows that a request which found no server cannot have arrived', async () => {
    const nobody = await new HttpServer().start();
    const url = new URL(nobody.url);
    await nobody.stop();
    const failure = await transport.exchange(exchange({ url })).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ILinkNetworkError);
    expect(failure).toMatchObject({ kind: 'unreachable', reason: 'ECONNREFUSED', mayHaveArrived: false });
  });

  it.each(['127.0.0.1', 'localhost'])(
    'says that a certificate is not trusted, self-signed or for another name, and that nothing was sent (%s)',
    async (host) => {
      const { key, cert } = await makeIdentity(tempFolder());
      const tls = createServer({ key, cert }, (_request, response) => response.end('{}'));
      tls.listen(0, host);
      await once(tls, 'listening');
      const { port } = tls.address() as AddressInfo;
      const failure = await transport
        .exchange(exchange({ url: new URL(`https://${host}:${port}/`) }))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind: 'certificate_untrusted', repeat: 'no', mayHaveArrived: false });
      tls.close();
    },
  );

  it('names a user agent in every request, because gateways filter requests without one', async () => {
    await transport.exchange(exchange());
    const { body } = await transport.open(exchange());
    for await (const piece of body) expect(piece).toBeDefined();
    expect(server.seen.map(({ headers }) => headers['user-agent'])).toEqual([BOT_AGENT, BOT_AGENT]);
  });

  it('knows that a request whose connection broke may have arrived', async () => {
    server.handler = (_request, _response, raw) => raw.socket.destroy();
    const failure = await transport.exchange(exchange()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unreachable', mayHaveArrived: true });
  });

  it('does not take a body that was cut off for a whole one', async () => {
    server.handler = (_request, response, raw) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"ret":0}');
      setImmediate(() => raw.socket.destroy());
    };
    await expect(transport.exchange(exchange())).rejects.toBeInstanceOf(ILinkNetworkError);
  });

  it('stops reading an answer that is larger than allowed', async () => {
    server.handler = (_request, response) => response.end(Buffer.alloc(100_000));
    await expect(transport.exchange(exchange(), 50_000)).rejects.toBeInstanceOf(ILinkReplyError);
  });

  describe('with an answer that is read piece by piece', () => {
    const readAll = (body: AsyncIterable<Buffer>) => Readable.from(body).toArray();

    it('gives it when its headers are there, and its body as it comes', async () => {
      let end = (): void => undefined;
      server.handler = (_request, response) => {
        response.writeHead(206, { 'x-a': 'b' }).write('one');
        end = () => response.end('two');
      };
      const answer = await transport.open(exchange());
      expect(answer).toMatchObject({ status: 206, headers: { 'x-a': 'b' } });
      const pieces: string[] = [];
      for await (const piece of answer.body) {
        pieces.push(String(piece));
        end();
      }
      expect(pieces).toEqual(['one', 'two']);
    });

    it('counts silence, not the time that the reader takes', async () => {
      const clock = new FakeClock();
      server.handler = (_request, response) => void response.writeHead(200).write('one');
      const { body } = await new Transport({ dispatcher, clock }).open(exchange({ timeoutMs: 15_000 }));
      await clock.advance(60_000);
      expect(String((await body.next()).value)).toBe('one');
      await clock.advance(60_000);
      const silent = expect(body.next()).rejects.toMatchObject({ kind: 'timed_out' });
      await clock.advance(14_999);
      expect(clock.pending).toBe(1);
      await clock.advance(1);
      await silent;
    });

    it('ends the request when it is left early, or discarded', async () => {
      for (const leave of ['read', 'discard'] as const) {
        const held = new Promise<{ closed: Promise<unknown> }>((resolve) => {
          server.handler = (_request, response) => {
            resolve({ closed: once(response, 'close') });
            response.writeHead(200).write('one');
          };
        });
        const answer = await transport.open(exchange());
        const { closed } = await held;
        if (leave === 'discard') answer.discard();
        else for await (const _piece of answer.body) break;
        await closed;
      }
    });

    it('knows that a body was cut off, and that it was aborted', async () => {
      server.handler = (_request, response, raw) => {
        response.writeHead(200, { 'content-length': '100' }).write('one');
        setImmediate(() => raw.socket.destroy());
      };
      const cut = await transport.open(exchange());
      await expect(readAll(cut.body)).rejects.toBeInstanceOf(ILinkNetworkError);
      server.handler = (_request, response) => void response.writeHead(200).write('one');
      const abort = new AbortController();
      const aborted = await transport.open(exchange({ signal: abort.signal }));
      abort.abort(new Error('enough'));
      await expect(readAll(aborted.body)).rejects.toThrow('enough');
      expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
    });

    it('asks nobody whom the egress rule refuses', async () => {
      const guard = (): void => {
        throw new Error('private address');
      };
      const guarded = new Transport({ dispatcher, clock: systemClock, guard });
      await expect(guarded.open(exchange())).rejects.toMatchObject({ kind: 'unreachable' });
      expect(server.seen).toHaveLength(0);
    });
  });

  it('sends nothing to an address that the egress rule refuses', async () => {
    const guard = (): void => {
      throw new Error('private address');
    };
    const guarded = new Transport({ dispatcher, clock: systemClock, guard });
    await expect(guarded.exchange(exchange())).rejects.toMatchObject({
      kind: 'unreachable',
      mayHaveArrived: false,
    });
    expect(server.seen).toHaveLength(0);
  });
});
