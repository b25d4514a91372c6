import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ports';
import { createProgress, type Progress } from '../progress';
import { killGroup, killWithParent } from '../shutdown';
import { n8nEnvironment } from './environment';
import type { N8nRuntime } from './runtime';

export interface N8nServerOptions {
  runtime: N8nRuntime;
  /** N8N_USER_FOLDER: database, credentials and the installed package live below it. */
  userFolder: string;
  /** A free one if it is not given. */
  port?: number;
  /** Added to, and stronger than, the environment of `n8nEnvironment`. */
  env?: NodeJS.ProcessEnv;
  /** The file that n8n's output is appended to (default: n8n.log in the user folder). */
  log?: string;
  progress?: Progress;
  /** What it is in queue mode: `start` is main (default). */
  command?: 'start' | 'worker' | 'webhook';
  /** How long a start may take (default 3 min: the first one runs all database migrations). */
  startMs?: number;
}

export interface N8nServer {
  url: string;
  logFile: string;
  /** The process id while it runs. */
  pid(): number | undefined;
  /** Starts it again after stop() or kill(), on the same port and folder. */
  start(): Promise<void>;
  /** Asks n8n to end (SIGTERM), and kills it when it takes longer than `graceMs` (default 30 s). */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL to n8n and everything that it started: a crash. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

const START_MS = 180_000;
const STOP_MS = 30_000;
const READY_POLL_MS = 200;

/** Starts n8n on 127.0.0.1 and waits until it serves requests. @throws with the end of its log when it does not. */
export async function startN8n(options: N8nServerOptions): Promise<N8nServer> {
  const port = options.port ?? (await freePort());
  const server = new Server(options, port, await freePort());
  await server.start();
  return server;
}

class Server implements N8nServer {
  readonly url: string;
  readonly logFile: string;
  private child: ChildProcess | undefined;
  private readonly encryptionKey: string;

  constructor(
    private readonly options: N8nServerOptions,
    private readonly port: number,
    private readonly brokerPort: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.logFile = options.log ?? join(options.userFolder, 'n8n.log');
    this.encryptionKey = storedEncryptionKey(options.userFolder) ?? randomBytes(24).toString('base64');
  }

  pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<void> {
    if (this.child) throw new Error('n8n is running already');
    const progress = this.options.progress ?? createProgress();
    const { runtime, command } = this.options;
    const what = `Starting n8n ${runtime.version}${command ? `, ${command}` : ''}`;
    await progress.during(what, async () => {
      const child = this.spawn();
      try {
        await this.untilReady(child);
      } catch (error) {
        await this.kill();
        throw error;
      }
    });
  }

  async stop(graceMs = STOP_MS): Promise<void> {
    const child = this.child;
    if (!child) return;
    const gone = exitOf(child);
    child.kill('SIGTERM');
    await Promise.race([gone, sleep(graceMs, undefined, { ref: false })]);
    await this.kill();
  }

  async kill(): Promise<void> {
    const child = this.child;
    if (!child?.pid) return;
    const gone = exitOf(child);
    killGroup(child.pid, 'SIGKILL');
    await gone;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  private spawn(): ChildProcess {
    const { runtime, userFolder, env, command = 'start' } = this.options;
    mkdirSync(userFolder, { recursive: true });
    mkdirSync(dirname(this.logFile), { recursive: true });
    const output = openSync(this.logFile, 'a');
    const { port, brokerPort, encryptionKey } = this;
    const child = spawn(runtime.node, [runtime.script, command], {
      cwd: userFolder,
      env: { ...n8nEnvironment({ userFolder, port, brokerPort, encryptionKey }), ...env },
      stdio: ['ignore', output, output],
      detached: process.platform !== 'win32',
    });
    closeSync(output); // the child has its own
    killWithParent(child);
    this.child = child;
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    return child;
  }

  /** `/healthz` answers long before workflows can run; readiness does not. */
  private async untilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + (this.options.startMs ?? START_MS);
    for (;;) {
      if (child.exitCode !== null || child.signalCode) throw await this.failure('ended while it started');
      const response = await fetch(`${this.url}/healthz/readiness`).catch(() => undefined);
      await response?.body?.cancel();
      if (response?.ok) return;
      if (Date.now() > deadline) throw await this.failure('did not become ready in time');
      await sleep(READY_POLL_MS);
    }
  }

  private async failure(what: string): Promise<Error> {
    const log = await readFile(this.logFile, 'utf8').catch(() => '');
    const end = log.trimEnd().split('\n').slice(-20).join('\n  ');
    return new Error(`n8n ${what}. The end of ${this.logFile}:\n  ${end}`);
  }
}

/** A folder that was used before has its key in n8n's settings file, and its credentials can be read with no other. */
function storedEncryptionKey(userFolder: string): string | undefined {
  const file = join(userFolder, '.n8n', 'config');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { encryptionKey?: string }).encryptionKey;
}

function exitOf(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}
