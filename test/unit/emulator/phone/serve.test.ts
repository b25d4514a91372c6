import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vm from 'node:vm';

import { servePhonePage } from '../../../../emulator/phone/serve';

let server: http.Server;
let base: string;

beforeAll(async () => {
  server = http.createServer((req, res) => {
    servePhonePage(req, res).then(
      (handled) => {
        if (handled) return;
        const untouched = !res.headersSent;
        res.writeHead(418).end(`untouched: ${untouched}`);
      },
      (error: unknown) => res.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

async function get(path: string, method = 'GET') {
  const response = await fetch(base + path, { method, headers: { connection: 'close' } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('servePhonePage', () => {
  it('answers / with the page as HTML, whatever the query chooses', async () => {
    for (const path of ['/', '/?bot_id=a%40im.bot&user_id=b%40im.wechat']) {
      const { status, headers, text } = await get(path);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text).toMatch(/^<!doctype html>/i);
    }
  });

  it("bundles the page's TypeScript into one script that a browser can parse", async () => {
    const { status, headers, text } = await get('/phone.js');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(() => new vm.Script(text)).not.toThrow();
    expect(text).toContain('/control/events');
  });

  it('bundles the style sheets into one without imports', async () => {
    const { status, headers, text } = await get('/phone.css');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(text).toContain('.bubble');
    expect(text).not.toContain('@import');
  });

  it('serves every asset that the page names', async () => {
    const { text } = await get('/');
    const named = [...text.matchAll(/<(?:link|script)[^>]*?(?:href|src)="([^"]+)"/g)].map(
      (match) => match[1],
    );
    expect(named.sort()).toEqual(['icon.svg', 'phone.css', 'phone.js']);
    for (const name of named) expect((await get(`/${name}`)).status).toBe(200);
  });

  it('has an element for every id that the script asks for', async () => {
    const html = (await get('/')).text;
    const script = (await get('/phone.js')).text;
    const asked = [...script.matchAll(/byId\("([\w-]+)"/g)].map((match) => match[1] ?? '');
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((id) => !html.includes(`id="${id}"`))).toEqual([]);
  });

  it('lets the browser load nothing from elsewhere and run no inline script', async () => {
    const { headers, text } = await get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('never turns text into markup', async () => {
    const { text } = await get('/phone.js');
    const code = text.slice(0, text.indexOf('//# sourceMappingURL'));
    expect(code).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
  });

  it('answers HEAD with the headers alone', async () => {
    const { status, headers, text } = await get('/phone.css', 'HEAD');
    expect(status).toBe(200);
    expect(Number(headers.get('content-length'))).toBeGreaterThan(1000);
    expect(text).toBe('');
  });

  it.each([
    ['GET', '/control/bots'],
    ['GET', '/phone.ts'],
    ['GET', '/page/../serve.ts'],
    ['GET', '/__proto__'],
    ['GET', '/toString'],
    ['POST', '/'],
  ])('leaves %s %s to somebody else, with the response untouched', async (method, path) => {
    expect(await get(path, method)).toMatchObject({ status: 418, text: 'untouched: true' });
  });
});
