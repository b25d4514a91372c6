import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';

import { startEmulator, type Emulator } from '../../emulator';
import { DEFAULT_SETTINGS } from '../../emulator/settings';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { PseudoTerminal, type TerminalOptions } from './pseudo-terminal';

/** `login` as a person has it: in a terminal, with a phone in the hand. */
let emulator: Emulator;
const open: PseudoTerminal[] = [];
const COLOR = /\x1b\[[0-9;]*m/;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill();
  Object.assign(emulator.settings, DEFAULT_SETTINGS);
  emulator.faults.clear();
});
afterAll(async () => {
  await emulator.stop();
  removeTempFolders();
});

function login(args: string[] = [], options: TerminalOptions = {}): PseudoTerminal {
  const terminal = new PseudoTerminal(['login', '--api-base-url', emulator.apiUrl, ...args], options);
  open.push(terminal);
  return terminal;
}

const isCode = (text: string): boolean => text.startsWith(`${emulator.personUrl}/q/`);
const tokens = (): string[] => emulator.world.bots.all().map(({ login: { bot_token } }) => bot_token);
const newestToken = (): string => tokens().at(-1) ?? '';
const hasToken = (text: string): boolean => tokens().some((token) => text.includes(token));

/** Scans what the screen shows, as a camera reads it. */
async function scan(terminal: PseudoTerminal, userId?: string): Promise<string> {
  const url = await terminal.showsCode(isCode);
  emulator.scan(url, userId);
  return url;
}

async function scanAndConfirm(terminal: PseudoTerminal): Promise<void> {
  const url = await scan(terminal);
  await terminal.shows(/Scanned\. Confirm on the phone\./);
  emulator.confirm(url);
}

test('a person scans the code from the screen, confirms, and has the token shown when asked', async () => {
  const terminal = login();
  await terminal.shows(/Scan this code with WeChat/);
  await terminal.shows(/Waiting for the scan · (2:00|1:\d\d) left/);
  await scanAndConfirm(terminal);
  await terminal.shows(/Show the bot token here \(s\), or write it into a file/);
  expect(hasToken(terminal.output)).toBe(false);
  terminal.type('s\r');
  expect(await terminal.exitCode).toBe(0);
  const field = (name: string): string => new RegExp(`${name} +(\\S+)`).exec(terminal.text)?.[1] ?? '';
  const { login: bot } = emulator.world.bots.all().at(-1)!;
  expect([field('Bot Token'), field('Bot ID'), field("Owner's User ID"), field('API Base URL')]).toEqual([
    bot.bot_token,
    bot.ilink_bot_id,
    bot.ilink_user_id,
    bot.baseurl,
  ]);
});

test.each([
  ['Enter', '\r'],
  ['Ctrl-D', '\x04'],
])('%s keeps the token in a file that only its owner can read, and off the screen', async (_key, typed) => {
  const cwd = tempFolder();
  const terminal = login([], { cwd });
  await scanAndConfirm(terminal);
  await terminal.shows(/Show the bot token here/);
  terminal.type(typed);
  expect(await terminal.exitCode).toBe(0);
  const [file = ''] = readdirSync(cwd);
  expect(terminal.text).toContain(file);
  expect(JSON.parse(readFileSync(join(cwd, file), 'utf8'))).toMatchObject({ botToken: newestToken() });
  expect(statSync(join(cwd, file)).mode & 0o777).toBe(0o600);
  expect(hasToken(terminal.output)).toBe(false);
});

test('the number on the phone is asked for until it is one and right', async () => {
  emulator.settings.loginVerifyCode = '4711';
  const terminal = login(['--show-token']);
  const url = await scan(terminal);
  await terminal.shows(/shows a number\.\nNumber on the phone:/);
  terminal.type('what?\r');
  await terminal.shows(/That is not a number/);
  terminal.type('1234\r');
  await terminal.shows(/does not match/);
  terminal.type('４７１１\r');
  await terminal.shows(/Confirm on the phone/);
  emulator.confirm(url);
  expect(await terminal.exitCode).toBe(0);
  expect(terminal.text).toContain(newestToken());
});

test('a code that expires leaves the screen, and a new one can be scanned', async () => {
  const terminal = login(['--show-token']);
  const first = await terminal.showsCode(isCode);
  emulator.clock.advance(emulator.settings.qrTtlMs);
  const second = await terminal.showsCode((text) => text !== first);
  await terminal.shows(/code 2 of 3/);
  expect(terminal.text).not.toContain(first);
  expect(second).not.toBe(first);
  await scanAndConfirm(terminal);
  expect(await terminal.exitCode).toBe(0);
});

test('too many wrong numbers lead to a new code', async () => {
  Object.assign(emulator.settings, { loginVerifyCode: '4711', verifyAttempts: 1 });
  const terminal = login(['--show-token']);
  const first = await scan(terminal);
  await terminal.shows(/Number on the phone:/);
  terminal.type('1\r');
  await terminal.shows(/Too many wrong numbers/);
  const second = await terminal.showsCode((text) => isCode(text) && text !== first);
  emulator.scan(second);
  await terminal.shows(/Number on the phone:/);
  terminal.type('4711\r');
  await terminal.shows(/Confirm on the phone/);
  emulator.confirm(second);
  expect(await terminal.exitCode).toBe(0);
});

test('the third code that expires ends it, with what to do', async () => {
  const terminal = login();
  let last = '';
  for (let code = 1; code <= 3; code++) {
    const before = last;
    last = await terminal.showsCode((text) => isCode(text) && text !== before);
    emulator.clock.advance(emulator.settings.qrTtlMs);
  }
  expect(await terminal.exitCode).toBe(1);
  expect(terminal.text).toMatch(/No QR code was scanned and confirmed in time/);
  expect(terminal.photographedCode()).toBeUndefined();
});

test('a number that is typed after the code has expired leads to a new code', async () => {
  emulator.settings.loginVerifyCode = '4711';
  const terminal = login();
  await scan(terminal);
  await terminal.shows(/Number on the phone:/);
  emulator.clock.advance(emulator.settings.qrTtlMs);
  terminal.type('4711\r');
  await terminal.shows(/code 2 of 3/);
});

test('a redirected login says where it goes on', async () => {
  emulator.settings.loginRedirect = true;
  const terminal = login(['--show-token']);
  await scanAndConfirm(terminal);
  expect(await terminal.exitCode).toBe(0);
  expect(terminal.output).toContain(`The login goes on at ${new URL(emulator.redirectUrl).host}`);
});

test('trouble on the way is told, and survived', async () => {
  emulator.faults.add({ endpoint: 'get_bot_qrcode', status: 503 });
  const terminal = login(['--show-token']);
  await terminal.shows(/WeChat's server had a problem.*Trying again in 1 s/);
  await scanAndConfirm(terminal);
  expect(await terminal.exitCode).toBe(0);
});

test.each([
  ['while it waits for the scan', '', /Waiting for the scan/],
  ['while it asks for the number', '4711', /Number on the phone:/],
])('Ctrl-C %s ends it cleanly', async (_when, verifyCode, shown) => {
  emulator.settings.loginVerifyCode = verifyCode;
  const terminal = login();
  if (verifyCode) await scan(terminal);
  await terminal.shows(shown);
  terminal.ctrlC();
  expect(await terminal.exitCode).toBe(130);
  expect(terminal.text).toMatch(/Ended\.$/);
});

test('Ctrl-C at the last question does not lose the token that is confirmed', async () => {
  const cwd = tempFolder();
  const terminal = login([], { cwd });
  await scanAndConfirm(terminal);
  await terminal.shows(/Show the bot token here/);
  terminal.ctrlC();
  expect(await terminal.exitCode).toBe(130);
  const [file = ''] = readdirSync(cwd);
  expect(readFileSync(join(cwd, file), 'utf8')).toContain(newestToken());
  expect(terminal.text).toContain(file);
});

test('NO_COLOR takes the colours and leaves a code that can be read, on dark and on light terminals', async () => {
  const dark = login([], { env: { NO_COLOR: '1' } });
  await dark.showsCode(isCode);
  expect(dark.output).not.toMatch(COLOR);
  const light = login(['--light-terminal'], { env: { NO_COLOR: '1' }, lightTheme: true });
  await light.showsCode(isCode);
  expect(light.output).not.toMatch(COLOR);
});

test('in colours the code can be read on a light terminal as on a dark one', async () => {
  await login([], { lightTheme: true }).showsCode(isCode);
});

test('the smallest usual terminal shows the whole code, and a new one when it expires', async () => {
  const terminal = login([], { columns: 80, rows: 24 });
  const first = await terminal.showsCode(isCode);
  await terminal.shows(/Waiting for the scan · \d:\d\d left$/);
  emulator.clock.advance(emulator.settings.qrTtlMs);
  const second = await terminal.showsCode((text) => isCode(text) && text !== first);
  emulator.scan(second);
  await terminal.shows(/Scanned/);
});

test('a terminal that is too narrow says so instead of showing a broken code', async () => {
  const terminal = login([], { columns: 30 });
  await terminal.shows(/too\s+narrow/);
  expect(terminal.output).not.toMatch(/[█▀▄]{3}/);
});

test('a dumb terminal gets lines only', async () => {
  const terminal = login(['--show-token'], { env: { TERM: 'dumb' } });
  await scanAndConfirm(terminal);
  expect(await terminal.exitCode).toBe(0);
  expect(terminal.output).not.toContain('\x1b');
});

test('the countdown counts', async () => {
  const terminal = login();
  const first = await terminal.shows(/\d:\d\d left/);
  const deadline = Date.now() + 10_000;
  while (terminal.text.includes(first) && Date.now() < deadline) await tick(20);
  expect(await terminal.shows(/\d:\d\d left/)).not.toBe(first);
  expect(terminal.lines.filter((line) => line.includes(' left')).length).toBe(1);
});
