import './harness/environment';

import { OutboundHttp } from '@n8n/backend-network';
import { Container } from '@n8n/di';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import 'n8n-core';
import { request } from 'undici';

import { proxyFor } from '../../cli/proxy';
import { createDispatcher } from '../../ilink/dispatcher';

/** The first byte of whoever speaks TLS. */
const TLS = 0x16;

/** A server that writes down how it was asked, and whether a name and password came along. */
class Listener {
  readonly asked: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(readonly name: string) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        const [line = '', ...headers] = data[0] === TLS ? ['TLS'] : data.toString('latin1').split('\r\n');
        const valueOf = (header: RegExp): string | undefined =>
          headers.find((text) => header.test(text))?.replace(/^[^:]*: */, '');
        // The line of a tunnel has the host already.
        const host = line.startsWith('CONNECT') ? undefined : valueOf(/^host:/i);
        this.asked.push([name, line, host, valueOf(/^proxy-authorization:/i)].filter(Boolean).join(' | '));
        // A tunnel leads nowhere here: which one was asked for is all there is to know.
        const status = line.startsWith('CONNECT') ? '502 Bad Gateway' : '200 OK';
        socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      });
    });
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

let one: Listener;
let other: Listener;
let target: Listener;
const before = { ...process.env };
const isAboutProxies = (name: string): boolean => /proxy/i.test(name);
const clear = (): void => {
  for (const name of Object.keys(process.env).filter(isAboutProxies)) delete process.env[name];
};

beforeAll(async () => {
  one = await new Listener('one').start();
  other = await new Listener('other').start();
  target = await new Listener('target').start();
});
beforeEach(clear);
afterAll(() => {
  clear();
  Object.assign(process.env, before);
  for (const listener of [one, other, target]) listener.stop();
});

/** Words of the table, which is written before there are ports. */
const filled = (text: string): string =>
  text
    .replaceAll('ONE', `http://127.0.0.1:${one.port}`)
    .replaceAll('LOGIN', `http://me:p%40ss@127.0.0.1:${one.port}`)
    .replaceAll('BARE', `127.0.0.1:${one.port}`)
    .replaceAll('OTHER', `http://127.0.0.1:${other.port}`)
    .replaceAll('TARGET', `127.0.0.1:${target.port}`)
    .replaceAll('PORT', String(target.port));

/** Which of the listeners was asked, and how, while something was done. */
async function askedBy(action: () => Promise<unknown>): Promise<string[]> {
  for (const { asked } of [one, other, target]) asked.length = 0;
  await action().catch(() => undefined);
  return [one, other, target].flatMap(({ asked }) => asked);
}

const byN8n = (url: string) => () => Container.get(OutboundHttp).requests().request({ url, method: 'GET' });
/** What the HTTP Request node calls. */
const byItsNode = (url: string) => () =>
  Container.get(OutboundHttp)
    .requests()
    .requestLegacy({ uri: url, method: 'GET', resolveWithFullResponse: true });
const byUs = (url: string) => async () => {
  const dispatcher = createDispatcher();
  try {
    const { body } = await request(url, { dispatcher });
    await body.dump();
  } finally {
    await dispatcher.destroy();
  }
};

const ENVIRONMENTS: Array<Record<string, string>> = [
  {},
  { HTTP_PROXY: 'ONE' },
  { http_proxy: 'ONE' },
  { HTTPS_PROXY: 'ONE' },
  { https_proxy: 'ONE' },
  { ALL_PROXY: 'ONE' },
  { all_proxy: 'ONE' },
  { HTTP_PROXY: 'ONE', HTTPS_PROXY: 'OTHER' },
  { HTTP_PROXY: 'ONE', ALL_PROXY: 'OTHER' },
  { HTTPS_PROXY: 'ONE', ALL_PROXY: 'OTHER' },
  { http_proxy: 'OTHER', HTTP_PROXY: 'ONE' },
  { https_proxy: 'OTHER', HTTPS_PROXY: 'ONE' },
  { all_proxy: 'OTHER', ALL_PROXY: 'ONE' },
  { http_proxy: '', HTTP_PROXY: 'ONE' },
  { https_proxy: '', HTTPS_PROXY: 'ONE', ALL_PROXY: 'OTHER' },
  { HTTP_PROXY: '', HTTPS_PROXY: '', ALL_PROXY: 'ONE' },
  { HTTP_PROXY: '', HTTPS_PROXY: '', ALL_PROXY: '' },
  { ALL_PROXY: 'LOGIN' },
  { HTTP_PROXY: 'BARE' },
  { ALL_PROXY: 'ONE', NO_PROXY: '' },
  { ALL_PROXY: 'ONE', NO_PROXY: '*' },
  { ALL_PROXY: 'ONE', no_proxy: '*' },
  { ALL_PROXY: 'ONE', no_proxy: '', NO_PROXY: '*' },
  { ALL_PROXY: 'ONE', NO_PROXY: '127.0.0.1' },
  { ALL_PROXY: 'ONE', NO_PROXY: 'TARGET' },
  { ALL_PROXY: 'ONE', NO_PROXY: '127.0.0.1:1' },
  { ALL_PROXY: 'ONE', NO_PROXY: '.0.1' },
  { ALL_PROXY: 'ONE', NO_PROXY: 'a.example, *.0.1' },
  { ALL_PROXY: 'ONE', NO_PROXY: 'a.example 127.0.0.1' },
  { ALL_PROXY: 'ONE', NO_PROXY: 'weixin.invalid' },
  { ALL_PROXY: 'ONE', NO_PROXY: '.weixin.invalid' },
  { ALL_PROXY: 'ONE', NO_PROXY: 'ILINKAI.WEIXIN.INVALID' },
  { npm_config_proxy: 'ONE' },
  { npm_config_https_proxy: 'ONE', HTTPS_PROXY: 'OTHER' },
];
const ADDRESSES = [
  'http://TARGET/a?b=c',
  'http://ilinkai.weixin.invalid/a',
  'https://ilinkai.weixin.invalid/a',
  'https://ilinkai.weixin.invalid:8443/a',
  'https://TARGET/a',
];

describe.each(ENVIRONMENTS)('With %j in the environment', (variables) => {
  test.each(ADDRESSES)(
    "a request to %s goes the way that n8n's own goes, and the doctor says which",
    async (address) => {
      const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, filled(value)]));
      Object.assign(process.env, env);
      const url = filled(address);
      const theirs = await askedBy(byN8n(url));
      if (address.includes('TARGET')) expect(theirs).not.toEqual([]);
      expect(await askedBy(byItsNode(url))).toEqual(theirs);
      expect(await askedBy(byUs(url))).toEqual(theirs);
      const proxy = proxyFor(new URL(url), env);
      const seen = theirs.find((line) => /^(?:one|other) /.test(line))?.split(' ')[0];
      const said = proxy && [one, other].find(({ port }) => proxy.endsWith(`:${port}`))?.name;
      expect(said).toBe(seen);
    },
  );
});
