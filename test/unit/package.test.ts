import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import packageJson from '../../package.json';

const ROOT = join(__dirname, '../..');
const { n8n } = packageJson;

/** `dist/nodes/X.node.js` is made of `nodes/X.node.ts`. */
const sourceOf = (built: string): string => join(ROOT, built.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
/** The class that n8n looks for in a file. */
const classNameOf = (built: string): string => basename(built).split('.')[0]!;

const load = (built: string): Record<string, new () => Record<string, unknown>> =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- by the names that package.json gives
  require(sourceOf(built));

const everything = [...n8n.nodes, ...n8n.credentials];

/** n8n brings it: the key with which a login may write into n8n's credentials. */
const OF_N8N = 'n8nApi';

describe('The n8n section of package.json', () => {
  test.each(everything)(
    '%s is made of a source that exports the class of its name, and nothing else',
    (built) => {
      expect(existsSync(sourceOf(built))).toBe(true);
      expect(Object.keys(load(built))).toEqual([classNameOf(built)]);
    },
  );

  test('names every node and credential of the source, or n8n would not have it', () => {
    const files = (folder: string, ending: string): string[] =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(ending))
        .map((file) => `dist/${folder}/${file.replace(/\.ts$/, '.js')}`);
    expect([...n8n.nodes].sort()).toEqual(files('nodes', '.node.ts').sort());
    expect([...n8n.credentials].sort()).toEqual(files('credentials', '.credentials.ts').sort());
  });

  test.each(n8n.nodes)('%s has a codex that n8n finds, for this node', (built) => {
    const file = sourceOf(built).replace(/\.ts$/, '.json');
    const codex = JSON.parse(readFileSync(file, 'utf8'));
    const { description } = new (load(built)[classNameOf(built)]!)() as { description: { name: string } };
    expect(codex.node).toBe(`${packageJson.name}.${description.name}`);
    expect(codex.categories).toEqual(expect.arrayContaining(['Communication']));
    expect(codex.nodeVersion).toMatch(/^\d+\.\d+$/);
  });

  test.each(everything)('the icons of %s lie beside it', (built) => {
    const instance = new (load(built)[classNameOf(built)]!)() as {
      icon?: Record<string, string>;
      description?: { icon: Record<string, string> };
    };
    const icon = instance.icon ?? instance.description!.icon;
    for (const path of Object.values(icon)) {
      expect(existsSync(join(dirname(sourceOf(built)), path.replace(/^file:/, '')))).toBe(true);
    }
  });

  test("the credentials that the nodes ask for are there, or are n8n's own for its API", () => {
    const own = n8n.credentials.map((built) => new (load(built)[classNameOf(built)]!)().name);
    const names = [...own, 'n8nApi'];
    for (const built of n8n.nodes) {
      const { description } = new (load(built)[classNameOf(built)]!)() as {
        description: { credentials: Array<{ name: string }> };
      };
      for (const { name } of description.credentials) expect([...names, OF_N8N]).toContain(name);
    }
  });
});

describe('What n8n asks of a community package', () => {
  test('its name, its keyword and its licence', () => {
    expect(packageJson.name).toMatch(/^n8n-nodes-/);
    expect(packageJson.keywords).toContain('n8n-community-node-package');
    expect(packageJson.license).toBe('MIT');
    expect(n8n.n8nNodesApiVersion).toBe(1);
    expect(packageJson.peerDependencies).toEqual({ 'n8n-workflow': '*' });
  });

  test('nothing of it runs at the installation', () => {
    const atInstallation = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(Object.keys(packageJson.scripts).filter((name) => atInstallation.includes(name))).toEqual([]);
  });

  test('only what is built is published', () => {
    expect(packageJson.files).toEqual(['dist', 'CHANGELOG.md']);
  });
});
