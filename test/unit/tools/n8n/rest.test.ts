import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nRest, N8nRestError } from '../../../../tools/n8n/rest';

interface Seen {
  request: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}
type Reply = { status?: number; data?: unknown; raw?: string; cookie?: string };

/** Stands where n8n's node_modules would: the format is not what these tests are about. */
const FLATTED = 'exports.parse = (text) => ({ parsed: JSON.parse(text) });';

describe('N8nRest', () => {
  let root: string;
  let server: Server;
  let rest: N8nRest;
  let seen: Seen[];
  let replies: Record<string, Reply[]>;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'n8n-'));
    mkdirSync(join(root, 'node_modules', 'n8n'), { recursive: true });
    mkdirSync(join(root, 'node_modules', 'flatted'));
    writeFileSync(join(root, 'node_modules', 'flatted', 'index.js'), FLATTED);
    seen = [];
    replies = {};
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const name = `${request.method} ${request.url?.split('?')[0]}`;
          const text = Buffer.concat(chunks).toString();
          seen.push({ request: name, headers: request.headers, body: text && JSON.parse(text) });
          const queue = replies[name] ?? [];
          const reply = (queue.length > 1 ? queue.shift() : queue[0]) ?? { status: 404, raw: 'no such page' };
          if (reply.cookie) response.setHeader('set-cookie', reply.cookie);
          response.writeHead(reply.status ?? 200).end(reply.raw ?? JSON.stringify({ data: reply.data }));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    rest = new N8nRest(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { root });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(root, { recursive: true });
  });

  it('keeps the cookie of the login and the same browser id for everything that follows', async () => {
    replies['POST /rest/login'] = [{ data: {}, cookie: 'n8n-auth=secret; Path=/; HttpOnly' }];
    replies['GET /rest/workflows/7'] = [{ data: { id: '7' } }];
    await rest.login({ email: 'a@example.com', password: 'p' });
    await rest.workflow('7');
    expect(seen[0]?.body).toEqual({ emailOrLdapLoginId: 'a@example.com', password: 'p' });
    expect(seen[1]?.headers.cookie).toBe('n8n-auth=secret');
    expect(seen[1]?.headers['browser-id']).toBe(seen[0]?.headers['browser-id']);
  });

  it('fails with status and message, be the answer JSON or not', async () => {
    replies['GET /rest/workflows/1'] = [{ status: 400, raw: '{"code":0,"message":"Name is too short"}' }];
    const error = await rest.workflow('1').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(N8nRestError);
    expect(error).toMatchObject({ status: 400, detail: 'Name is too short' });
    await expect(rest.workflow('2')).rejects.toThrow('GET /rest/workflows/2 with 404: no such page');
  });

  it('activates the newest version and waits until it is published', async () => {
    replies['GET /rest/workflows/7'] = [{ data: { id: '7', versionId: 'v3' } }];
    replies['POST /rest/workflows/7/activate'] = [{ data: {} }];
    const status = (now: string): Reply => ({ data: { status: now, triggers: [] } });
    replies['GET /rest/workflows/7/publication-status'] = ['not_published', 'in_progress', 'published'].map(
      status,
    );
    await rest.activate('7');
    expect(seen[1]).toMatchObject({ request: 'POST /rest/workflows/7/activate', body: { versionId: 'v3' } });
    expect(seen.filter(({ request }) => request.endsWith('publication-status'))).toHaveLength(3);
  });

  it('says why a trigger did not start', async () => {
    replies['GET /rest/workflows/7'] = [{ data: { id: '7', versionId: 'v3' } }];
    replies['POST /rest/workflows/7/activate'] = [{ data: {} }];
    const triggers = [{ nodeId: 'a', status: 'failed', errorMessage: 'The bot token is missing' }];
    replies['GET /rest/workflows/7/publication-status'] = [{ data: { status: 'failed', triggers } }];
    await expect(rest.activate('7')).rejects.toThrow('The bot token is missing');
  });

  it('waits for a finished execution that it does not know, and unpacks it', async () => {
    const list = (...results: object[]): Reply => ({ data: { results } });
    replies['GET /rest/executions'] = [
      list({ id: '1', status: 'success' }),
      list({ id: '2', status: 'running' }, { id: '1', status: 'success' }),
      list({ id: '2', status: 'success' }, { id: '1', status: 'success' }),
    ];
    replies['GET /rest/executions/2'] = [{ data: { id: '2', status: 'success', data: '[1]' } }];
    await expect(rest.waitForExecution('7', { known: ['1'] })).resolves.toMatchObject({
      id: '2',
      data: { parsed: [1] },
    });
  });

  it('gives up at the deadline and says what did not happen', async () => {
    replies['GET /rest/executions'] = [{ data: { results: [] } }];
    await expect(rest.waitForExecution('7', { deadlineMs: 0 })).rejects.toThrow(
      'workflow 7 did not run within 0 s',
    );
  });

  it('gives a file of an execution as it is, and says when there is none', async () => {
    replies['GET /rest/binary-data'] = [{ raw: 'content' }, { status: 404, raw: 'gone' }];
    expect(String(await rest.binary({ id: 'filesystem-v2:1', mimeType: 'text/plain' }))).toBe('content');
    await expect(rest.binary({ mimeType: 'text/plain' })).rejects.toThrow('404: gone');
  });
});
