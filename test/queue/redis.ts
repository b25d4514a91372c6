import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tools/ports';
import { killWithParent } from '../../tools/shutdown';

const START_MS = 30_000;

/** A Redis (`redis-server` of the machine) that keeps nothing, as in n8n's own compose file: a restart loses every job. */
export class TestRedis {
  private server: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** @throws Error that says what is missing */
  static async open(folder: string): Promise<TestRedis> {
    const redis = new TestRedis(folder, await freePort());
    await redis.start();
    return redis;
  }

  /** On the same port as before. */
  async start(): Promise<void> {
    const settings = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const server = spawn('redis-server', [...settings, '--dir', this.folder], {
      stdio: 'ignore',
      detached: true,
    });
    let trouble: Error | undefined;
    server.once('error', (error) => (trouble = error));
    killWithParent(server);
    this.server = server;
    const until = Date.now() + START_MS;
    while (!(await answers(this.port))) {
      if (trouble || server.exitCode !== null || Date.now() > until) {
        throw new Error('redis-server does not start. It comes with the package "redis-server" of Debian.', {
          cause: trouble,
        });
      }
      await sleep(20);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('error', () => end(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => end(String(data).startsWith('+PONG')));
  });
}
