import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startEmulator, type Emulator } from '../../emulator';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { Piped } from './piped';
import { PseudoTerminal } from './pseudo-terminal';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(async () => {
  await emulator.stop();
  removeTempFolders();
});

const addresses = (): string[] => ['--api-base-url', emulator.apiUrl, '--cdn-base-url', emulator.cdnUrl];

/** The findings by name. */
async function examine(args: string[], env: NodeJS.ProcessEnv = {}, input = '') {
  const command = new Piped(['doctor', '--json', ...args], { env });
  command.endInput(input);
  const exitCode = await command.exitCode;
  const { findings = [] } = JSON.parse(command.stdout) as { findings: Array<Record<string, string>> };
  const verdicts = Object.fromEntries(findings.map(({ check = '', verdict }) => [check, verdict]));
  return { exitCode, verdicts, output: command.stdout + command.stderr };
}

const WORKS = { node: 'ok', proxy: 'ok', name: 'ok', connection: 'ok', api: 'ok', clock: 'ok', files: 'ok' };

test('everything works with a good token, wherever it comes from, and no poll takes a message away', async () => {
  const { bot_token } = emulator.bind();
  const file = join(tempFolder(), 'token');
  writeFileSync(file, bot_token);
  const runs = [
    await examine(addresses(), { WECHAT_BOT_TOKEN: bot_token }),
    await examine([...addresses(), '--file', file]),
    await examine([...addresses(), '--file', '-'], {}, bot_token),
  ];
  for (const { exitCode, verdicts, output } of runs) {
    expect(verdicts).toEqual({ ...WORKS, token: 'ok' });
    expect(exitCode).toBe(0);
    expect(output).not.toContain(bot_token);
  }
  expect(emulator.requests('getupdates')).toEqual([]);
});

test('a token that has ended is found, and what to do', async () => {
  const { bot_token, ilink_bot_id } = emulator.bind();
  emulator.revoke(ilink_bot_id);
  const { exitCode, verdicts, output } = await examine(addresses(), { WECHAT_BOT_TOKEN: bot_token });
  expect([exitCode, verdicts.api, verdicts.token]).toEqual([1, 'ok', 'fail']);
  expect(output).toContain('n8n-nodes-wechat-ilink login');
  expect(output).not.toContain(bot_token);
});

test('without a token the way is checked', async () => {
  const { exitCode, verdicts } = await examine(addresses());
  expect([exitCode, verdicts]).toEqual([0, { ...WORKS, token: 'skip' }]);
});

test('a host that is not iLink is found', async () => {
  const { exitCode, verdicts } = await examine([
    '--api-base-url',
    emulator.personUrl,
    '--cdn-base-url',
    emulator.cdnUrl,
  ]);
  expect([exitCode, verdicts.connection, verdicts.api]).toEqual([1, 'ok', 'fail']);
});

test('a closed port is found, and the rest is not guessed', async () => {
  const { exitCode, verdicts } = await examine([
    '--api-base-url',
    'http://127.0.0.1:9',
    '--cdn-base-url',
    emulator.cdnUrl,
  ]);
  expect([exitCode, verdicts]).toEqual([
    1,
    { node: 'ok', proxy: 'ok', name: 'ok', connection: 'fail', files: 'ok', api: 'skip', token: 'skip' },
  ]);
});

test('a proxy that is not there is found, and its password is not shown', async () => {
  const HTTP_PROXY = 'http://user:secret-word@127.0.0.1:9';
  const { exitCode, verdicts, output } = await examine(addresses(), { HTTP_PROXY });
  expect([exitCode, verdicts.proxy, verdicts.connection]).toEqual([1, 'ok', 'fail']);
  expect(output).toContain('http://127.0.0.1:9');
  expect(output).not.toContain('secret-word');
});

test('a proxy without http:// is said, instead of failing without a reason', async () => {
  const { exitCode, verdicts } = await examine(addresses(), { HTTP_PROXY: '127.0.0.1:7890' });
  expect([exitCode, verdicts.proxy]).toEqual([1, 'fail']);
});

test('a proxy for everything is used, and said to be, unless it is excepted', async () => {
  const used = await examine(addresses(), { ALL_PROXY: 'http://127.0.0.1:9' });
  expect([used.exitCode, used.verdicts.proxy, used.verdicts.connection]).toEqual([1, 'ok', 'fail']);
  const excepted = await examine(addresses(), { ALL_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' });
  expect([excepted.exitCode, excepted.verdicts.proxy]).toEqual([0, 'ok']);
});

test('a person sees a list and a sentence', async () => {
  const terminal = new PseudoTerminal(['doctor', ...addresses()]);
  expect(await terminal.exitCode).toBe(0);
  await terminal.shows(/✓ api +iLink answers\n- token +none was given/);
  await terminal.shows(/The way to WeChat works\. No token was checked\./);
});
