import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

import { startEmulator, type Emulator } from '../../emulator';
import { DEFAULT_SETTINGS } from '../../emulator/settings';
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

test('it says what helped others when an account that has a bot scans in vain, and two codes expire', async () => {
  const bot = emulator.bind();
  emulator.settings.rebind = 'dead_end';
  const command = login(['--output', join(tempFolder(), 'wechat.json')]);
  command.endInput();
  const first = await command.says(address());
  expect(() => emulator.scan(first, bot.ilink_user_id)).toThrow('old bot');
  emulator.expireLogin(first);
  const later = new RegExp(`code 2 of 3[^]*?${address().source}`);
  const second = await command.says(later);
  expect(command.stdout).not.toContain('Remove the old bot');
  emulator.expireLogin(second);
  await command.says(/(Remove the old bot in WeChat)/);
  await command.says(/(account of mainland China)/);
});
