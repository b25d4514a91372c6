import { readFileSync } from 'node:fs';

import { startEmulator, type Emulator } from '../../emulator';
import { HttpServer, type SeenRequest } from '../support/http-server';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { Piped } from './piped';

/** `login --n8n-url`: against a server that answers as n8n's public API does. The real one is in the e2e run. */
let emulator: Emulator;
const running: Piped[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => {
  for (const command of running.splice(0)) command.signal('SIGKILL');
});
afterAll(async () => {
  await emulator.stop();
  removeTempFolders();
});

function login(args: string[], options: ConstructorParameters<typeof Piped>[1] = {}): Piped {
  const command = new Piped(['login', '--api-base-url', emulator.apiUrl, ...args], options);
  running.push(command);
  return command;
}

const newest = () => emulator.world.bots.all().at(-1)!.login;
/** Every token that there has ever been: none may show up where nobody asked for it. */
const hasToken = (text: string): boolean =>
  emulator.world.bots.all().some(({ login: { bot_token } }) => text.includes(bot_token));
const address = (): RegExp => new RegExp(`(${emulator.personUrl}/q/[^"\\s]+)`);

async function scanAndConfirm(command: Piped): Promise<void> {
  const url = await command.says(address());
  emulator.scan(url);
  await command.says(/Confirm on the phone/);
  emulator.confirm(url);
}

describe('into n8n', () => {
  const KEY = 'the-key-of-n8n';
  let n8n: HttpServer;
  let answers: Record<string, (request: SeenRequest) => [number, object]>;

  beforeEach(async () => {
    n8n = await new HttpServer().start();
    answers = {
      'GET /api/v1/credentials/schema/weChatBotApi': () => [200, { properties: {} }],
      'POST /api/v1/credentials': () => [200, { id: 'c9', name: 'WeChat' }],
      'POST /api/v1/credentials/c9/test': () => [200, { status: 'OK', message: 'Connected to WeChat' }],
    };
    n8n.handler = (request, response) => {
      const answer = answers[`${request.method} ${request.url}`]?.(request) ?? [
        404,
        { message: 'not found' },
      ];
      const [status, body] =
        request.headers['x-n8n-api-key'] === KEY ? answer : [401, { message: 'unauthorized' }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
  });
  afterEach(() => n8n.stop());

  const intoN8n = (args: string[] = [], key = KEY, cwd = tempFolder()): Piped =>
    login(['--n8n-url', `${n8n.url}/`, ...args], { env: { N8N_API_KEY: key }, cwd });
  const bodyOf = (start: string): unknown => {
    const seen = n8n.seen.find(({ method, url }) => `${method} ${url}`.startsWith(start));
    return JSON.parse(seen?.body.toString() ?? 'null');
  };

  test('a new credential is created, and its test told', async () => {
    const command = intoN8n(['--n8n-name', 'Mine', '--cdn-base-url', emulator.cdnUrl]);
    await scanAndConfirm(command);
    expect(await command.exitCode).toBe(0);
    expect(bodyOf('POST /api/v1/credentials')).toEqual({
      name: 'Mine',
      type: 'weChatBotApi',
      data: {
        botToken: newest().bot_token,
        botId: newest().ilink_bot_id,
        ownerUserId: newest().ilink_user_id,
        apiBaseUrl: emulator.apiUrl,
        cdnBaseUrl: emulator.cdnUrl,
        clientVersion: '2.4.9',
      },
    });
    expect(command.stdout).toMatch(/created in n8n\. n8n's test of it says: Connected to WeChat/);
    expect(hasToken(command.stdout + command.stderr)).toBe(false);
    expect(command.stdout + command.stderr).not.toContain(KEY);
  });

  const listed = [
    { id: 'x1', name: 'Mine', type: 'otherApi' },
    { id: 'c9', name: 'Mine', type: 'weChatBotApi' },
    { id: 'c8', name: 'Twice', type: 'weChatBotApi' },
    { id: 'c7', name: 'Twice', type: 'weChatBotApi' },
  ];
  const withList = (): void => {
    answers['GET /api/v1/credentials?limit=250'] = () => [200, { data: listed.slice(0, 1), nextCursor: 'n' }];
    answers['GET /api/v1/credentials?limit=250&cursor=n'] = () => [
      200,
      { data: listed.slice(1), nextCursor: null },
    ];
  };

  test.each(['Mine', 'c9'])(
    'the credential "%s" is updated, and keeps what the user has set',
    async (which) => {
      withList();
      answers['PATCH /api/v1/credentials/c9'] = () => [200, { id: 'c9', name: 'Mine' }];
      const command = intoN8n(['--n8n-credential', which]);
      await scanAndConfirm(command);
      expect(await command.exitCode).toBe(0);
      expect(bodyOf('PATCH /api/v1/credentials/c9')).toEqual({
        isPartialData: true,
        data: {
          botToken: newest().bot_token,
          botId: newest().ilink_bot_id,
          ownerUserId: newest().ilink_user_id,
          apiBaseUrl: emulator.apiUrl,
        },
      });
      expect(command.stdout).toMatch(/"Mine" \(c9\) was updated/);
    },
  );

  test.each([
    ['a key that n8n does not take', [], 'wrong-key', /does not accept the API key/],
    [
      'a credential that is not there',
      ['--n8n-credential', 'None'],
      KEY,
      /no WeChat credential "None".*\n.*"Mine" \(c9\)/,
    ],
    [
      'a name that two credentials have',
      ['--n8n-credential', 'Twice'],
      KEY,
      /2 WeChat credentials.*\n.*c8, c7/,
    ],
  ])('%s is found before the scan', async (_what, args, key, said) => {
    withList();
    const before = emulator.requests().length;
    const command = intoN8n(args, key);
    expect(await command.exitCode).toBe(1);
    expect(command.stderr).toMatch(said);
    expect(emulator.requests().length).toBe(before);
    expect(command.stderr).not.toContain(key);
  });

  test('an n8n without the package is found before the scan', async () => {
    delete answers['GET /api/v1/credentials/schema/weChatBotApi'];
    const command = intoN8n();
    expect(await command.exitCode).toBe(1);
    expect(command.stderr).toMatch(/does not know the WeChat credential\.\nInstall the package/);
  });

  test('a token that n8n does not take is kept in a file, and n8n is asked three times', async () => {
    answers['POST /api/v1/credentials'] = ({ body }) => [500, { message: `no ${body.toString()}` }];
    const cwd = tempFolder();
    const command = intoN8n([], KEY, cwd);
    await scanAndConfirm(command);
    expect(await command.exitCode).toBe(3);
    const file = await command.says(/The credential is in (\S+),/);
    expect(file.startsWith(cwd)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain(newest().bot_token);
    expect(command.stderr).toMatch(/n8n answered HTTP 500 when it was to create the credential/);
    expect(command.stderr).toMatch(/You need not log in again/);
    expect(
      n8n.seen.filter(({ url, method }) => method === 'POST' && url === '/api/v1/credentials').length,
    ).toBe(3);
    expect(hasToken(command.stdout + command.stderr)).toBe(false);
  });

  test('a token that n8n refuses is kept in a file without asking again', async () => {
    answers['POST /api/v1/credentials'] = () => [403, { message: 'Forbidden' }];
    const command = intoN8n();
    await scanAndConfirm(command);
    expect(await command.exitCode).toBe(3);
    expect(readFileSync(await command.says(/The credential is in (\S+),/), 'utf8')).toContain(
      newest().bot_token,
    );
    expect(command.stderr).toMatch(/The API key may not do this\.\n.*credential:create/);
    expect(
      n8n.seen.filter(({ url, method }) => method === 'POST' && url === '/api/v1/credentials').length,
    ).toBe(1);
  });

  test('Ctrl-C while n8n does not answer keeps the token in a file', async () => {
    const answering = n8n.handler;
    n8n.handler = (request, response, raw) => {
      if (request.method === 'POST') command.signal('SIGINT');
      else answering(request, response, raw);
    };
    const command = intoN8n();
    await scanAndConfirm(command);
    expect(await command.exitCode).toBe(130);
    expect(readFileSync(await command.says(/The credential is in (\S+),/), 'utf8')).toContain(
      newest().bot_token,
    );
  });

  test('a credential whose test fails in n8n is reported', async () => {
    answers['POST /api/v1/credentials/c9/test'] = () => [200, { status: 'Error', message: 'no way out' }];
    const command = intoN8n();
    await scanAndConfirm(command);
    expect(await command.exitCode).toBe(3);
    expect(command.stdout).toMatch(/test of it says: no way out/);
  });

  test('an n8n or a key that cannot test is no failure', async () => {
    answers['POST /api/v1/credentials/c9/test'] = () => [403, {}];
    const command = intoN8n();
    await scanAndConfirm(command);
    expect(await command.exitCode).toBe(0);
  });
});
