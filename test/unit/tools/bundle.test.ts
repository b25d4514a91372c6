import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

import { PAGE_FOLDER } from '../../../nodes/WeChat/assets';
import { BUNDLE, bundlePackage } from '../../../tools/bundle';
import packageJson from '../../../package.json';

const ROOT = join(__dirname, '..', '..', '..');

describe('the bundle of what is published', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wechat-ilink-bundle-'));
    await bundlePackage(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has the files that package.json names, and one file with what they share', async () => {
    const built = await readdir(join(folder, 'dist'), { recursive: true });
    const { nodes, credentials } = packageJson.n8n;
    const named = [...nodes, ...credentials, BUNDLE, packageJson.bin['n8n-nodes-wechat-ilink']];
    expect(built.filter((file) => file.endsWith('.js')).map((file) => `dist/${file}`)).toEqual(
      expect.arrayContaining(named),
    );
    expect(built.filter((file) => file.endsWith('.js'))).toHaveLength(named.length);
  });

  // Two copies of a module would be two registries of bots in one process.
  it.each([...packageJson.n8n.nodes, ...packageJson.n8n.credentials])(
    '%s takes its class from that file',
    async (file) => {
      const code = await readFile(join(folder, file), 'utf8');
      expect(code.length).toBeLessThan(200);
      expect(code).toMatch(/bundle\.js/);
    },
  );

  it('looks for the login page where the build puts it', () => {
    expect(relative(ROOT, PAGE_FOLDER).replaceAll('\\', '/')).toBe('nodes/WeChat/login/browser');
    expect(join(BUNDLE, '..').replaceAll('\\', '/')).toBe('dist/nodes/WeChat');
  });

  /** The files that Node loads for the classes and for `then`, in a fresh process that has n8n-workflow. */
  const loaded = async (then = ''): Promise<string[]> => {
    const { nodes, credentials } = packageJson.n8n;
    const program = `
      require('n8n-workflow');
      const before = new Set(Object.keys(require.cache));
      for (const file of process.argv.slice(1)) new (Object.values(require(file))[0])();
      ${then}
      console.log(JSON.stringify(Object.keys(require.cache).filter((file) => !before.has(file))));
    `;
    const files = [...nodes, ...credentials].map((file) => join(folder, file));
    return JSON.parse(await output(program, files)) as string[];
  };
  const output = async (program: string, parameters: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, ...parameters], {
      env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules'), NODE_OPTIONS: '' },
    });
    return stdout;
  };

  it('loads nothing but itself at the start of n8n', async () => {
    const files = await loaded();
    const foreign = files.filter((file) => !file.includes(folder));
    expect(foreign).toEqual([]);
    expect(files).toHaveLength(packageJson.n8n.nodes.length + packageJson.n8n.credentials.length + 1);
  });

  it('would be seen to load a package', async () => {
    const files = await loaded(`require('markdown-it');`);
    expect(files.some((file) => file.includes('markdown-it'))).toBe(true);
  });

  it('keeps the names of classes and functions, for whoever reads an error', async () => {
    const program = `
      const { WeChat, WeChatTrigger } = require(process.argv[1]);
      const context = { getNode: () => ({ typeVersion: 1, parameters: {} }) };
      Promise.resolve()
        .then(() => WeChatTrigger.prototype.trigger.call(context))
        .catch(({ stack }) => console.log(JSON.stringify([WeChat.name, stack])));
    `;
    const [name, stack] = JSON.parse(await output(program, [join(folder, BUNDLE)])) as [string, string];
    expect(name).toBe('WeChat');
    expect(stack).toMatch(/at listeningOf .*\n.*at .*trigger /);
  });
});
