import { spawn } from 'node:child_process';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');

function run(...args: string[]) {
  // As the npm script does: the tsx command would stand in between, and end at a signal without waiting for a slow child.
  const child = spawn(process.execPath, ['--import', 'tsx', 'emulator/main.ts', ...args], { cwd: ROOT });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (output.stdout += data));
  child.stderr.on('data', (data) => (output.stderr += data));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const firstLine = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  return { child, output, exit, firstLine };
}

describe('npm run emulator', () => {
  it('prints one line of JSON, serves, and ends with 0 at SIGTERM', async () => {
    const { child, output, exit, firstLine } = run('--bind', '--hold-ms', '1234');
    await Promise.race([firstLine, exit]);
    const { apiUrl, personUrl, bot, ...rest } = JSON.parse(output.stdout);
    expect(bot).toMatchObject({ baseurl: apiUrl, bot_token: expect.any(String) });
    expect(Object.keys(rest)).toEqual(['secondUrl', 'cdnUrl', 'redirectUrl']);
    expect(await (await fetch(`${personUrl}/control/settings`)).json()).toMatchObject({ holdMs: 1234 });
    child.kill('SIGTERM');
    expect([await exit, output.stdout.split('\n').length, output.stderr]).toEqual([0, 2, '']);
  }, 30_000);

  it('starts with any setting, and with TLS', async () => {
    const { child, output, exit, firstLine } = run('--tls', '--quota', '3', '--login-redirect', 'true');
    await Promise.race([firstLine, exit]);
    const { apiUrl, certificate, personUrl } = JSON.parse(output.stdout);
    expect([apiUrl, certificate]).toEqual([
      expect.stringMatching(/^https:/),
      expect.stringMatching(/^-+BEGIN/),
    ]);
    const settings = await (await fetch(`${personUrl}/control/settings`)).json();
    expect(settings).toMatchObject({ quota: 3, loginRedirect: true });
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  }, 30_000);

  it('lists what can be said', async () => {
    const { output, exit } = run('--help');
    expect([await exit, output.stdout.includes('--hold-ms <number>')]).toEqual([0, true]);
  }, 30_000);

  it.each([['--port'], ['--port-base', 'x'], ['--reply-style', 'loud']])(
    'explains itself after %s %s',
    async (...args) => {
      const { output, exit } = run(...args.filter((arg): arg is string => typeof arg === 'string'));
      expect(await exit).toBe(1);
      expect(output.stderr).toContain('Usage: npm run emulator');
    },
    30_000,
  );
});
