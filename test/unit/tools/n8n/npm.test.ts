import { CommandError, runCommand, withoutNpmSettings } from '../../../../tools/n8n/npm';

describe('withoutNpmSettings', () => {
  it("keeps the way to the registry and drops this project's own settings", () => {
    const env = {
      PATH: '/bin',
      npm_config_registry: 'https://registry.example',
      npm_config_cache: '/cache',
      npm_config_ignore_scripts: 'true',
      npm_config_legacy_peer_deps: 'true',
      npm_config_local_prefix: '/checkout',
      npm_package_name: 'n8n-nodes-wechat-ilink',
      npm_lifecycle_event: 'demo',
      NPM_CONFIG_HTTPS_PROXY: 'http://proxy',
    };
    expect(Object.keys(withoutNpmSettings(env))).toEqual([
      'PATH',
      'npm_config_registry',
      'npm_config_cache',
      'NPM_CONFIG_HTTPS_PROXY',
    ]);
  });
});

describe('runCommand', () => {
  const node = (script: string, onLine?: (line: string) => void): Promise<string> =>
    runCommand(process.execPath, ['-e', script], { cwd: __dirname, ...(onLine && { onLine }) });

  it('returns standard output and shows every line of both outputs as it comes', async () => {
    const lines: string[] = [];
    const script = 'console.error("warning"); console.log("a\\nb");';
    await expect(node(script, (line) => lines.push(line))).resolves.toBe('a\nb\n');
    expect(lines.sort()).toEqual(['a', 'b', 'warning']);
  });

  it('fails with the exit code and the last lines, without the lines that only show progress', async () => {
    const script = `
      for (let i = 0; i < 40; i++) console.error("line " + i);
      console.error("npm http fetch GET 200 somewhere");
      process.exitCode = 3;`;
    const error = (await node(script).catch((caught: unknown) => caught)) as CommandError;
    expect(error).toBeInstanceOf(CommandError);
    expect(error.exitCode).toBe(3);
    expect(error.lastLines).toHaveLength(15);
    expect(error.message).toMatch(/line 39$/);
  });
});
