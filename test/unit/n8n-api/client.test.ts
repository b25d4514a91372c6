import { N8nApi, type ApiAnswer, type ApiRequest } from '../../../n8n-api/client';
import { ApiError } from '../../../n8n-api/error';

const RESULT = {
  botToken: 'the-token',
  botId: 'b@im.bot',
  ownerUserId: 'o@im.wechat',
  apiBaseUrl: 'https://ilinkai.weixin.qq.com',
};
const DATA = { ...RESULT, cdnBaseUrl: 'https://cdn', clientVersion: '2.4.9' };

function setUp(...answers: Array<[status: number, body?: unknown] | Error>) {
  const asked: ApiRequest[] = [];
  const send = async (request: ApiRequest): Promise<ApiAnswer> => {
    asked.push(request);
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
    return { status: answer[0], body: answer[1] };
  };
  const api = new N8nApi({ baseUrl: 'http://n8n/api/v1', apiKey: 'the-key', send });
  const calls = (): string[] =>
    asked.map(({ method, url }) => `${method} ${url.replace('http://n8n/api/v1', '')}`);
  return { api, asked, calls };
}

async function listed(api: N8nApi): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of api.credentials()) ids.push(id);
  return ids;
}

describe('N8nApi', () => {
  it('asks with the key in the header that n8n wants', async () => {
    const { api, asked } = setUp([200, { id: 'c1' }]);
    await api.credential('a/b');
    expect(asked).toEqual([
      { method: 'GET', url: 'http://n8n/api/v1/credentials/a%2Fb', headers: { 'X-N8N-API-KEY': 'the-key' } },
    ]);
  });

  it('says whether n8n knows the credential type', async () => {
    const { api, calls } = setUp([200, { properties: {} }], [404, {}], [200, '<html>']);
    expect([await api.knowsWeChat(), await api.knowsWeChat()]).toEqual([true, false]);
    await expect(api.knowsWeChat()).rejects.toMatchObject({ code: 'not_the_api', facts: { status: 200 } });
    expect(new Set(calls())).toEqual(new Set(['GET /credentials/schema/weChatBotApi']));
  });

  it('lists all pages, and no more than somebody looks at', async () => {
    const pages: Array<[number, object]> = [
      [200, { data: [{ id: 'a' }], nextCursor: 'n=' }],
      [200, { data: [{ id: 'b' }], nextCursor: null }],
    ];
    const { api, calls } = setUp(...pages);
    expect(await listed(api)).toEqual(['a', 'b']);
    expect(calls()).toEqual(['GET /credentials?limit=250', 'GET /credentials?limit=250&cursor=n%3D']);
    const other = setUp(...pages);
    for await (const { id } of other.api.credentials()) if (id === 'a') break;
    expect(other.calls()).toHaveLength(1);
  });

  it('does not list for ever when a server repeats its cursor', async () => {
    const page = (): [number, object] => [200, { data: [], nextCursor: 'again' }];
    const { api, calls } = setUp(...Array.from({ length: 200 }, page));
    expect(await listed(api)).toEqual([]);
    expect(calls()).toHaveLength(100);
  });

  it('tells with whom a credential is shared', async () => {
    const { api } = setUp([
      200,
      { id: 'k', name: 'Key', type: 'n8nApi', shared: [{ id: 'p' }], isGlobal: true },
    ]);
    expect(await api.credential('k')).toEqual({
      id: 'k',
      name: 'Key',
      type: 'n8nApi',
      projectIds: ['p'],
      isGlobal: true,
    });
  });

  it('creates a credential of our type with all its fields', async () => {
    const { api, asked, calls } = setUp([200, { id: 'c1', name: 'Mine' }]);
    expect(await api.create('Mine', DATA)).toMatchObject({ id: 'c1', name: 'Mine' });
    expect(calls()).toEqual(['POST /credentials']);
    expect(asked[0]?.body).toEqual({ name: 'Mine', type: 'weChatBotApi', data: DATA });
  });

  it('updates what a login gives, and names no type', async () => {
    const { api, asked, calls } = setUp([200, { id: 'c1' }]);
    await api.update('c1', DATA);
    expect(calls()).toEqual(['PATCH /credentials/c1']);
    expect(asked[0]?.body).toEqual({ data: RESULT, isPartialData: true });
  });

  it('gives the result of a test, and nothing where there is none', async () => {
    const { api } = setUp(
      [200, { status: 'OK', message: 'fine' }],
      [200, { status: 'Error' }],
      [403],
      [200, 'x'],
    );
    expect(await api.test('c')).toEqual({ ok: true, message: 'fine' });
    expect(await api.test('c')).toEqual({ ok: false, message: '' });
    expect([await api.test('c'), await api.test('c')]).toEqual([undefined, undefined]);
  });

  it.each([
    [401, {}, 'api_unauthorized', false],
    [403, {}, 'api_forbidden', false],
    [400, { message: 'bad the-token of the-key' }, 'api_refused', false],
    [502, '<html>', 'api_refused', true],
    [200, '<html>', 'not_the_api', false],
  ])('tells %d %j as %s, without secrets', async (status, body, code, mayPass) => {
    const { api } = setUp([status, body]);
    const error: unknown = await api.create('Mine', DATA).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, mayPass, facts: { status } });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/the-(token|key)/);
  });

  it('lets pass what keeps it from n8n', async () => {
    const { api } = setUp(new ApiError('api_unreachable', { reason: 'ECONNREFUSED' }), new Error('ended'));
    await expect(api.credential('c')).rejects.toMatchObject({ code: 'api_unreachable', mayPass: true });
    await expect(api.credential('c')).rejects.toThrow('ended');
  });
});
