import { connect } from 'node:net';
import { Host } from '../../../emulator/hosts';
import { BodyTooLarge, readBody, requestUrl } from '../../../emulator/http';

const open = (handler: Parameters<typeof Host.open>[0]['handler']) =>
  Host.open({ handler, address: '127.0.0.1', port: 0 });

describe('readBody', () => {
  it('reads a whole body, and refuses a longer one after reading it', async () => {
    const host = await open(
      (req, res) =>
        void readBody(req, 100_000).then(
          (body) => res.end(String(body.length)),
          (error) => res.end(error instanceof BodyTooLarge ? 'too large' : 'other'),
        ),
    );
    const answer = async (size: number) =>
      (await fetch(host.url, { method: 'POST', body: 'x'.repeat(size) })).text();
    expect([await answer(0), await answer(100_000), await answer(2_000_000)]).toEqual([
      '0',
      '100000',
      'too large',
    ]);
    await host.close();
  });
});

describe('requestUrl', () => {
  it('survives a target that is no path', async () => {
    const seen: string[] = [];
    const host = await open((req, res) => res.end(seen.push(requestUrl(req).pathname) && ''));
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    socket.write('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect(seen).toEqual(['/']);
    await host.close();
  });
});
