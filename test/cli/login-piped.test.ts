import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

import { startEmulator, type Emulator } from '../../emulator';
import { DEFAULT_SETTINGS } from '../../emulator/settings';
import { HttpServer, type SeenRequest } from '../support/http-server';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { Piped } from './piped';

/** `login` without a terminal: in a script, a container, or with its output in a file. */
let emulator: Emulator;
const running: Piped[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => {
  for (const command of running.splice(0)) command.signal('SIGKILL');
  Object.assign(emulator.settings, DEFAULT_SETTINGS);
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

test('it writes lines without control characters, and the token into a file only', async () => {
  const file = join(tempFolder(), 'wechat.json');
  const command = login(['--output', file]);
  command.endInput();
  await scanAndConfirm(command);
  expect(await command.exitCode).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    botToken: newest().bot_token,
    botId: newest().ilink_bot_id,
    ownerUserId: newest().ilink_user_id,
    apiBaseUrl: emulator.apiUrl,
    cdnBaseUrl: 'https://novac2c.cdn.weixin.qq.com/c2c',
    clientVersion: '2.4.9',
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(command.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  expect(command.stdout).toMatch(/[█▀▄]{10}/);
  expect(hasToken(command.stdout + command.stderr)).toBe(false);
});

test('--json gives one object per line, and takes the number from stdin', async () => {
  emulator.settings.loginVerifyCode = '4711';
  const command = login(['--json', '--show-token']);
  const url = await command.says(/"url":"([^"]+)"/);
  emulator.scan(url);
  await command.says(/need_verifycode/);
  command.write('none\n1234\n');
  await command.says(/"need_verifycode","wrong":true,"text":"That number/);
  command.write('4711\n');
  await command.says(/"scaned"/);
  emulator.confirm(url);
  expect(await command.exitCode).toBe(0);
  expect(command.json.map(({ status, wrong }) => (wrong ? `${String(status)} again` : status))).toEqual([
    'qr',
    'need_verifycode',
    'need_verifycode again',
    'need_verifycode again',
    'scaned',
    'confirmed',
  ]);
  expect(command.json[0]).toMatchObject({
    url,
    codeNumber: 1,
    codeLimit: 3,
    expiresAt: expect.stringMatching(/Z$/),
  });
  expect(command.json[0]).not.toHaveProperty('qrcode');
  expect(command.json.at(-1)).toEqual({
    status: 'confirmed',
    botToken: newest().bot_token,
    botId: newest().ilink_bot_id,
    ownerUserId: newest().ilink_user_id,
    apiBaseUrl: emulator.apiUrl,
  });
});

test('--json without --show-token keeps the token out of the output', async () => {
  const file = join(tempFolder(), 'wechat.json');
  const command = login(['--json', '-o', file]);
  await scanAndConfirm(command);
  expect(await command.exitCode).toBe(0);
  expect(command.json.slice(-2)).toMatchObject([
    { status: 'saved', to: 'file', path: file },
    { status: 'confirmed', botId: newest().ilink_bot_id },
  ]);
  expect(hasToken(command.stdout + command.stderr)).toBe(false);
});

test('--png writes each code as a picture that can be scanned', async () => {
  const png = join(tempFolder(), 'code.png');
  const command = login(['--json', '--show-token', '--png', png]);
  const readCode = (): string | undefined => {
    const { data, width, height } = PNG.sync.read(readFileSync(png));
    return jsQR(new Uint8ClampedArray(data), width, height)?.data;
  };
  const first = await command.says(/"url":"([^"]+)"/);
  expect(readCode()).toBe(first);
  emulator.clock.advance(emulator.settings.qrTtlMs);
  const second = await command.says(/"url":"([^"]+)","expiresAt":"[^"]+","codeNumber":2/);
  expect(second).not.toBe(first);
  expect(readCode()).toBe(second);
  command.signal('SIGINT');
  expect(await command.exitCode).toBe(130);
});

test('it does nothing without somewhere for the token to go', async () => {
  const before = emulator.requests().length;
  for (const args of [[], ['--json']]) {
    const command = login(args);
    expect(await command.exitCode).toBe(2);
    expect(command.stderr).toMatch(/nowhere for the token to go.*\n.*--output FILE/);
  }
  expect(emulator.requests().length).toBe(before);
});

test('it finds out before the scan that the file cannot be written', async () => {
  const before = emulator.requests().length;
  const command = login(['--output', '/nowhere/wechat.json']);
  expect(await command.exitCode).toBe(1);
  expect(command.stderr).toMatch(/\/nowhere\/wechat\.json cannot be written \(ENOENT\)/);
  expect(emulator.requests().length).toBe(before);
});

test('an input that has ended is said when a number is wanted', async () => {
  emulator.settings.loginVerifyCode = '4711';
  const command = login(['--show-token']);
  command.endInput();
  emulator.scan(await command.says(address()));
  expect(await command.exitCode).toBe(1);
  expect(command.stderr).toMatch(/asked for a number, and the input had ended/);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with %d', async (signal, exitCode) => {
  const command = login(['--show-token']);
  await command.says(address());
  command.signal(signal);
  expect(await command.exitCode).toBe(exitCode);
});

test('a server that cannot be reached is said, with what to do', async () => {
  const command = new Piped(['login', '--show-token', '--api-base-url', 'http://127.0.0.1:9']);
  running.push(command);
  await command.says(/WeChat could not be reached.*Trying again in/);
  command.signal('SIGINT');
  expect(await command.exitCode).toBe(130);
});

test('an account that is connected already is no success: there is no token', async () => {
  emulator.faults.add({ endpoint: 'get_qrcode_status', body: '{"status":"binded_redirect"}' });
  const command = login(['--show-token']);
  expect(await command.exitCode).toBe(1);
  expect(command.stderr).toMatch(/connected already, and gave no new bot token/);
});

test('a proxy without http:// is said', async () => {
  const command = login(['--show-token'], { env: { HTTP_PROXY: '127.0.0.1:7890' } });
  expect(await command.exitCode).toBe(1);
  expect(command.stderr).toMatch(/proxy that cannot be used\.\n.*http:\/\/127\.0\.0\.1:7890/);
});

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
        type: 'weChatBotApi',
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

describe('the command line', () => {
  const run = async (...args: string[]): Promise<Piped & { code: number | null }> => {
    const command = new Piped(args);
    return Object.assign(command, { code: await command.exitCode });
  };

  test.each([[['--help']], [['login', '--help']], [['doctor', '-h']]])('%j explains itself', async (args) => {
    const { code, stdout } = await run(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: n8n-nodes-wechat-ilink/);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(130);
  });

  test.each([
    [[], /A command is missing/],
    [['logout'], /no command "logout"/],
    [['login', '--nope'], /Unknown option '--nope'/],
    [
      ['login', '--show-token', '--api-base-url', 'ilinkai.weixin.qq.com'],
      /--api-base-url is not a web address/,
    ],
    [['login', '--show-token', '--client-version', '2.4'], /--client-version is not a version/],
    [['login', '--n8n-url', 'http://localhost:5678'], /API key of n8n is missing/],
    [['login', '--show-token', '--n8n-credential', 'x'], /Which n8n/],
    [['doctor', 'some-token'], /not into the command line/],
  ])('%j is refused with 2 and a reason', async (args, reason) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain('some-token');
  });

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    expect((await run('--version')).stdout).toBe(`${version}\n`);
  });
});
