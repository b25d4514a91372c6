import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { BUNDLE } from '../../../tools/bundle';
import { runCommand } from '../../../tools/n8n/npm';

const NPMJS = 'https://registry.npmjs.org';

interface Version {
  manifest: object;
  tarball: Buffer;
}

/**
 * A registry on loopback with versions of this package, each with its dependencies inside, so that npm asks for nothing else. n8n
 * without a licence knows npmjs.org only; its `npm` is the first in its path, and there stands one that asks here.
 */
export class LocalRegistry {
  private readonly versions = new Map<string, Version>();

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    /** Where an installed package lies, with its dependencies beside it. */
    private readonly installed: { modules: string; name: string },
  ) {}

  static async open(installed: { modules: string; name: string }): Promise<LocalRegistry> {
    const folder = await mkdtemp(join(tmpdir(), 'wechat-ilink-registry-'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const registry = new LocalRegistry(server, folder, installed);
    server.on('request', ({ url = '' }, response) => {
      const found = registry.answer(decodeURIComponent(url));
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(found ?? '{"error":"Not found"}');
    });
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Publishes the installed package under another version, which it also names itself by towards WeChat. */
  async publish(version: string): Promise<void> {
    const { modules, name } = this.installed;
    const draft = join(this.folder, version, 'package');
    await cp(join(modules, name), draft, { recursive: true });
    await cp(modules, join(draft, 'node_modules'), {
      recursive: true,
      filter: (path) => path !== join(modules, name),
    });
    const manifest = JSON.parse(await readFile(join(draft, 'package.json'), 'utf8')) as Record<
      string,
      object
    >;
    const own = { ...manifest, version, bundleDependencies: Object.keys(manifest.dependencies ?? {}) };
    await writeFile(join(draft, 'package.json'), JSON.stringify(own));
    const file = join(draft, ...BUNDLE.split('/'));
    const code = await readFile(file, 'utf8');
    await writeFile(file, code.replace(/(n8n-nodes-wechat-ilink\/)[\d.]+/, `$1${version}`));
    const tarball = join(this.folder, `${version}.tgz`);
    await runCommand('tar', ['-czf', tarball, '-C', dirname(draft), 'package'], { cwd: this.folder });
    this.versions.set(version, { manifest: own, tarball: await readFile(tarball) });
  }

  /** For n8n's environment. Nothing outside can be reached with it. */
  async environment(): Promise<NodeJS.ProcessEnv> {
    const bin = join(this.folder, 'bin');
    await mkdir(bin, { recursive: true });
    const path = dirname(process.execPath) + delimiter + (process.env.PATH ?? '');
    const script = `#!/bin/sh
for word do
  shift
  [ "$word" = "--registry=${NPMJS}" ] && word="--registry=${this.url}"
  set -- "$@" "$word"
done
unset HTTPS_PROXY
PATH="${path}" exec npm "$@"
`;
    await writeFile(join(bin, 'npm'), script);
    await chmod(join(bin, 'npm'), 0o755);
    return {
      PATH: bin + delimiter + path,
      N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
      N8N_COMMUNITY_PACKAGES_ENABLED: 'true',
      // A port that nobody listens on: what n8n asks of npmjs.org and of its own maker fails at once.
      HTTPS_PROXY: 'http://127.0.0.1:9',
      npm_config_cache: join(this.folder, 'cache'),
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }

  private answer(path: string): string | Buffer | undefined {
    const { name } = this.installed;
    const tarball = /^\/-\/(.+)\.tgz$/.exec(path)?.[1];
    if (tarball !== undefined) return this.versions.get(tarball)?.tarball;
    if (path !== `/${name}`) return undefined;
    const versions = [...this.versions].map(([version, { manifest, tarball: bytes }]) => {
      const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
      return [
        version,
        { ...manifest, dist: { tarball: `${this.url}/-/${version}.tgz`, integrity } },
      ] as const;
    });
    const latest = versions.at(-1)?.[0];
    return JSON.stringify({ name, 'dist-tags': { latest }, versions: Object.fromEntries(versions) });
  }
}
