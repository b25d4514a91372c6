import { connectToN8n } from '../../../../cli/login/n8n-http';
import { HttpServer } from '../../../support/http-server';

describe('connectToN8n', () => {
  let server: HttpServer;
  beforeEach(async () => {
    server = await new HttpServer().start();
  });
  afterEach(() => server.stop());

  const never = new AbortController().signal;
  const request = { method: 'POST', headers: { 'X-N8N-API-KEY': 'key' }, body: { name: 'Mine' } } as const;

  it('sends JSON and gives what comes, whatever the status', async () => {
    server.handler = (_request, response) => response.writeHead(403).end('{"message":"no"}');
    const { send, close } = connectToN8n(never);
    expect(await send({ ...request, url: `${server.url}/api/v1/credentials?limit=1` })).toEqual({
      status: 403,
      body: { message: 'no' },
    });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/api/v1/credentials?limit=1' });
    expect(server.seen[0]?.headers).toMatchObject({ 'x-n8n-api-key': 'key' });
    expect(JSON.parse(server.seen[0]!.body.toString())).toEqual({ name: 'Mine' });
    server.handler = (_request, response) => response.writeHead(200).end('<html>');
    expect(await send({ ...request, url: server.url })).toEqual({ status: 200, body: undefined });
    await close();
  });

  it('says why no answer came, and nothing of what was sent', async () => {
    const { send, close } = connectToN8n(never);
    await expect(send({ ...request, url: 'http://127.0.0.1:9/' })).rejects.toMatchObject({
      code: 'api_unreachable',
      facts: { reason: 'ECONNREFUSED' },
    });
    await close();
  });

  it('ends with the reason of the signal', async () => {
    server.handler = () => undefined;
    const controller = new AbortController();
    const { send, close } = connectToN8n(controller.signal);
    const sending = send({ ...request, url: server.url });
    controller.abort(new Error('enough'));
    await expect(sending).rejects.toThrow('enough');
    await close();
  });
});
