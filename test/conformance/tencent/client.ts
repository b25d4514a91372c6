import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DriverFrame, DriverSetup, InboundMessage, MethodName, Params, Result } from './rpc';

/** The one host that the client has in its code (`FIXED_BASE_URL` in auth/login-qr.ts, `DEFAULT_BASE_URL`). */
const FIXED_API_ORIGIN = 'https://ilinkai.weixin.qq.com';
const SHORTENED_PAUSES = { from: [1_000, 2_000], to: 5 };
const EXIT_DEADLINE_MS = 5_000;

/** The emulator's addresses, as `startEmulator()` returns them. */
export interface ServerAddresses {
  apiUrl: string;
  cdnUrl: string;
  redirectUrl: string;
}

export interface ClientOptions {
  /** Keeps the state folder of an earlier client, which then is not removed by `stop()`. */
  stateDir?: string;
  /** False leaves the client's pauses of 1 s and 2 s as they are. Default true. */
  shortPauses?: boolean;
  /** A file with certificates to trust besides the usual ones. */
  caFile?: string;
}

interface PendingCall {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * Tencent's own client 2.4.9 in a child process, as a typed handle for tests and benchmarks.
 * `call()` takes the methods of rpc.ts and rejects with the message of whatever the client threw.
 */
export class TencentClient {
  /** Everything the client handed to its host, in order. */
  readonly inbound: InboundMessage[] = [];
  /** What the client told the log of its host. */
  readonly logLines: string[] = [];
  /** Hosts other than loopback that the client tried to call. `stop()` rejects when there are any. */
  readonly violations: string[] = [];
  /** What the client wrote to its terminal. */
  output = '';

  private readonly pending = new Map<number, PendingCall>();
  private readonly openAnswers = new Map<number, Promise<unknown>>();
  private readonly watchers = new Set<() => void>();
  private readonly ready: Promise<void>;
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly stateDir: string,
    private readonly ownsStateDir: boolean,
  ) {
    this.ready = new Promise((resolve, reject) => {
      child.on('message', (frame: DriverFrame) => this.take(frame, resolve));
      child.once('exit', (code, signal) => this.exited(code ?? signal, reject));
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.wrote(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.wrote(text));
  }

  /** Starts the child and waits until the client's code is loaded. */
  static async start(server: ServerAddresses, options: ClientOptions = {}): Promise<TencentClient> {
    const stateDir = options.stateDir ?? (await mkdtemp(path.join(tmpdir(), 'tencent-client-')));
    const setup: DriverSetup = {
      routes: {
        [FIXED_API_ORIGIN]: server.apiUrl,
        [`https://${new URL(server.redirectUrl).host}`]: server.redirectUrl,
      },
      stateDir,
      cdnBaseUrl: server.cdnUrl,
      shortenedPauses: options.shortPauses === false ? { from: [], to: 0 } : SHORTENED_PAUSES,
    };
    const client = new TencentClient(
      forkDriver(setup, options.caFile),
      stateDir,
      options.stateDir === undefined,
    );
    await client.ready;
    return client;
  }

  /** Calls one method in the child. */
  call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    const id = ++this.lastId;
    const answer = new Promise<Result<M>>((resolve, reject) => {
      this.pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
    this.openAnswers.set(id, answer);
    this.child.send({ id, method, params }, (error) => {
      if (error) this.settle(id, undefined, error);
    });
    return answer;
  }

  /** Types a line into the client's terminal. */
  type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** The first inbound message that fits, also when it came before the call. */
  received(fits: (message: InboundMessage) => boolean): Promise<InboundMessage> {
    return this.until(() => this.inbound.find(fits));
  }

  /** Waits until the client wrote this to its terminal, behind the first `after` characters. Returns the match. */
  wroteToTerminal(pattern: RegExp, after = 0): Promise<RegExpMatchArray> {
    return this.until(() => this.output.slice(after).match(pattern) ?? undefined);
  }

  /** Waits until the client told its host's log a line like this. */
  logged(pattern: RegExp): Promise<string> {
    return this.until(() => this.logLines.find((line) => pattern.test(line)));
  }

  /** Ends the child. Rejects if the client ever tried to leave loopback. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      // Whoever waits for an open call hears that it is over; one that a failed test left behind concerns nobody.
      for (const answer of this.openAnswers.values()) answer.catch(() => {});
      const exited = new Promise((resolve) => this.child.once('exit', resolve));
      const deadline = setTimeout(() => this.child.kill('SIGKILL'), EXIT_DEADLINE_MS);
      this.child.disconnect();
      await exited;
      clearTimeout(deadline);
    }
    if (this.ownsStateDir) await rm(this.stateDir, { recursive: true, force: true });
    if (this.violations.length > 0)
      throw new Error(`The client left loopback: ${this.violations.join(', ')}`);
  }

  private until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const watcher = () => {
        const found = look();
        if (found === undefined) return;
        this.watchers.delete(watcher);
        resolve(found);
      };
      this.watchers.add(watcher);
      watcher();
    });
  }

  private take(frame: DriverFrame, ready: () => void): void {
    if (frame.kind === 'ready') ready();
    if (frame.kind === 'result') {
      this.settle(frame.id, frame.result, frame.error === undefined ? undefined : new Error(frame.error));
    }
    if (frame.kind === 'inbound') this.inbound.push(frame.message);
    if (frame.kind === 'log') this.logLines.push(frame.line);
    if (frame.kind === 'violation') this.violations.push(frame.url);
    this.look();
  }

  private wrote(text: string): void {
    this.output += text;
    this.look();
  }

  private look(): void {
    for (const watcher of [...this.watchers]) watcher();
  }

  private settle(id: number, result: unknown, error?: Error): void {
    const call = this.pending.get(id);
    this.pending.delete(id);
    this.openAnswers.delete(id);
    if (error) call?.reject(error);
    else call?.resolve(result);
  }

  private exited(how: number | string | null, rejectReady: (error: Error) => void): void {
    const error = new Error(`The process of Tencent's client ended (${how}).\n${this.output}`);
    rejectReady(error);
    for (const id of [...this.pending.keys()]) this.settle(id, undefined, error);
  }
}

function forkDriver(setup: DriverSetup, caFile?: string): ChildProcess {
  const trust = caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile };
  return fork(path.join(__dirname, 'driver.mts'), [JSON.stringify(setup)], {
    execArgv: ['--import', pathToFileURL(require.resolve('tsx')).href],
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    // Nothing of the surroundings may reach the client: no proxy, no state folder of somebody who really uses it.
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, HOME: setup.stateDir, ...trust },
  });
}
