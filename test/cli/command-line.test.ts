import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { removeTempFolders } from '../support/temp-folder';
import { Piped } from './piped';

afterAll(removeTempFolders);

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
