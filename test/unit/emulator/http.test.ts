import { connect } from 'node:net';
import { BodyTooLarge, close, listen, readBody, requestUrl, urlOf } from '../../../emulator/http';

describe('listen', () => {
  it.each(['0.0.0.0', '::', 'example.org', '192.168.0.1'])('refuses to listen on %s', async (host) => {
    await expect(listen(() => {}, host, 0)).rejects.toThrow('loopback only');
  });

  it('fails when the port is taken', async () => {
    const server = await listen(() => {}, '127.0.0.1', 0);
    await expect(listen(() => {}, '127.0.0.1', Number(new URL(urlOf(server)).port))).rejects.toThrow(
      'EADDRINUSE',
    );
    await close(server);
  });
});

describe('close', () => {
  it('ends connections that are held', async () => {
    let held = () => {};
    const arrived = new Promise<void>((resolve) => (held = resolve));
    const server = await listen(() => held(), '127.0.0.1', 0);
    const request = fetch(urlOf(server)).catch((error: Error) => error.message);
    await arrived;
    await close(server);
    expect(await request).toBe('fetch failed');
  });
});

describe('readBody', () => {
  it('reads a whole body, and refuses a longer one after reading it', async () => {
    const server = await listen(
      (req, res) =>
        void readBody(req, 100_000).then(
          (body) => res.end(String(body.length)),
          (error) => res.end(error instanceof BodyTooLarge ? 'too large' : 'other'),
        ),
      '127.0.0.1',
      0,
    );
    const answer = async (size: number) =>
      (await fetch(urlOf(server), { method: 'POST', body: 'x'.repeat(size) })).text();
    expect([await answer(0), await answer(100_000), await answer(2_000_000)]).toEqual([
      '0',
      '100000',
      'too large',
    ]);
    await close(server);
  });
});

describe('requestUrl', () => {
  it('survives a target that is no path', async () => {
    const seen: string[] = [];
    const server = await listen(
      (req, res) => res.end(seen.push(requestUrl(req).pathname) && ''),
      '127.0.0.1',
      0,
    );
    const socket = connect(Number(new URL(urlOf(server)).port), '127.0.0.1');
    socket.write('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect(seen).toEqual(['/']);
    await close(server);
  });
});
