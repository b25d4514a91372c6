import { HttpServer } from '../support/http-server';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
let other: HttpServer;
beforeAll(async () => {
  stage = await Stage.open();
  other = await new HttpServer().start();
});
beforeEach(async () => {
  owner = stage.newOwner();
  await owner.writes('hello');
});
afterAll(async () => {
  await other.stop();
  await stage.close();
});

const test_ = (change = {}) =>
  stage.n8n.testCredential({ ...stage.n8n.credentials.stored.get(owner.credential)!, ...change });

/** Tests the credential against a server that is not iLink. */
const testAgainst = (status: number, body: string, change = {}) => {
  other.handler = (_request, response) => {
    response.statusCode = status;
    response.end(body);
  };
  return test_({ apiBaseUrl: other.url, ...change });
};

const HTML = '<!DOCTYPE html><title>Log in to the network</title>';

describe("The credential's test", () => {
  test('a good token is connected, and no message was taken away for it', async () => {
    await expect(test_()).resolves.toEqual({ status: 'OK', message: 'Connected to WeChat' });
    expect(stage.server.requests().map(({ endpoint }) => endpoint)).toEqual(['getconfig']);
  });

  test.each([
    ['', 'the refusal of an endpoint that nobody knows yet'],
    ['GetTypingTicket rpc failed', 'between the scan and the first message'],
  ])('is green with -4 "%s": %s, and says to write first', async (errmsg) => {
    stage.server.faults.add({ endpoint: 'getconfig', ret: -4, errmsg, times: 2 });
    for (const change of [{}, { ownerUserId: '' }]) {
      await expect(test_(change)).resolves.toEqual({
        status: 'OK',
        message: expect.stringContaining('Now write anything to the bot in WeChat'),
      });
    }
  });

  test.each([{ ret: -1 }, { ret: -13 }, { errcode: 7 }])(
    'is green with %j: the token was taken',
    async (codes) => {
      stage.server.faults.add({ endpoint: 'getconfig', ...codes });
      await expect(test_()).resolves.toMatchObject({ status: 'OK' });
    },
  );

  test('without the owner there is nobody to ask for, and the answer still tells a good token', async () => {
    await expect(test_({ ownerUserId: '' })).resolves.toEqual({
      status: 'OK',
      message: 'Connected to WeChat',
    });
  });

  test.each([['with'], ['without']])('a stale token asks to log in again, %s the owner', async (owners) => {
    stage.server.revoke(owner.botId);
    const result = await test_(owners === 'with' ? {} : { ownerUserId: '' });
    expect(result.status).toBe('Error');
    expect(result.message).toContain('no longer accepts the bot token. Log in again');
    expect(result.message).not.toContain(owner.login.bot_token);
  });

  test('an owner whom the bot does not know is an error that names the field, and says that the token is good', async () => {
    const result = await test_({ ownerUserId: owner.login.ilink_user_id.toUpperCase() });
    expect(result.status).toBe('Error');
    expect(result.message).toContain('The bot token works');
    expect(result.message).toContain('"Owner\'s User ID": upper and lower case matter');
    expect(result.message).toContain('invalid ilink_user_id');
  });

  test.each([[{ ret: -3 }], [{ errcode: -2 }]])(
    'a server that complains about the user with %j has accepted the token, too',
    async (codes) => {
      stage.server.faults.add({ endpoint: 'getconfig', ...codes, times: 2 });
      await expect(test_({ ownerUserId: '' })).resolves.toMatchObject({ status: 'OK' });
      await expect(test_()).resolves.toMatchObject({
        status: 'Error',
        message: expect.stringContaining("Owner's User ID"),
      });
    },
  );

  test('an address at which nobody answers', async () => {
    const result = await test_({ apiBaseUrl: 'http://127.0.0.1:1' });
    expect(result.status).toBe('Error');
    expect(result.message).toContain('could not be reached');
    expect(result.message).toContain('ECONNREFUSED');
  });

  test.each([
    ['a page of a proxy', 200, HTML, 'did not come from the iLink API'],
    ['the JSON of another server', 200, '{"status":"up"}', 'not the iLink API'],
    ['a list', 200, '[]', 'did not come from the iLink API'],
    ['nothing', 200, '', 'not the iLink API'],
    ['HTTP 404', 404, HTML, 'no iLink API at this address'],
    ['a redirect', 302, '', 'no iLink API at this address'],
    ['HTTP 401', 401, '', 'Access was denied'],
    ['HTTP 400', 400, 'bad request', 'HTTP 400'],
    ['HTTP 502', 502, HTML, 'server had a problem'],
  ])('an address at which something else answers: %s', async (_what, status, body, message) => {
    for (const change of [{}, { ownerUserId: '' }]) {
      const result = await testAgainst(status, body, change);
      expect(result.status).toBe('Error');
      expect(result.message).toContain(message);
    }
  });

  test.each([
    ['a token that is missing', { botToken: ' ' }, 'bot token is missing'],
    ['a token with a line break', { botToken: 'abc\ndef' }, 'characters that no token has'],
    ['an address that is none', { apiBaseUrl: 'ilinkai.weixin.qq.com' }, 'API Base URL is not a web address'],
    ['a version that is none', { clientVersion: 'latest' }, 'Client Version is not a version'],
  ])('%s is found before anything is sent', async (_what, change, message) => {
    const before = stage.server.requests().length;
    const result = await test_(change);
    expect(result).toEqual({ status: 'Error', message: expect.stringContaining(message) });
    expect(stage.server.requests()).toHaveLength(before);
  });

  test('a token that was copied with "Bearer" and white space is the same token', async () => {
    await expect(test_({ botToken: ` Bearer ${owner.login.bot_token}\n` })).resolves.toMatchObject({
      status: 'OK',
    });
  });
});
