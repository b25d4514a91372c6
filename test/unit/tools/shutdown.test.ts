import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/** A parent as demo and e2e are: it has a child in a group of its own, which has a child itself. */
const PARENT = `
  const { spawn } = require('node:child_process');
  const { killWithParent, onShutdown } = require('./tools/shutdown.ts');
  const grandchild = 'process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e',
    'require("child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(grandchild) + '], { stdio: "inherit" });' +
    'console.log(process.pid); setInterval(() => {}, 1000)',
  ], { stdio: 'inherit', detached: true });
  killWithParent(child);
  onShutdown(async () => console.log('first registered'));
  onShutdown(async () => console.log('last registered'));
  process.stdin.once('data', (how) => {
    if (String(how) === 'exit') process.exit(3);
    throw new Error('a bug');
  });
`;

describe('shutdown', () => {
  let parent: ChildProcess;
  let output: string;

  function start(): void {
    output = '';
    parent = spawn(process.execPath, ['--import', 'tsx', '-e', PARENT], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    parent.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const pids = (): number[] => [...output.matchAll(/^\d+$/gm)].map(([pid]) => Number(pid));
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'on %s runs the clean-ups, last first, and ends children and grandchildren',
    async (signal, exitCode) => {
      start();
      await until(() => pids().length === 2);
      parent.kill(signal);
      const [code] = (await once(parent, 'close')) as [number];
      expect(code).toBe(exitCode);
      expect(output).toMatch(/last registered\nfirst registered/);
      await until(() => !pids().some(isAlive));
    },
  );

  it.each(['exit', 'throw'])('leaves no children behind when the program ends by "%s"', async (how) => {
    start();
    await until(() => pids().length === 2);
    parent.stdin?.write(how);
    const [code] = (await once(parent, 'close')) as [number];
    expect(code).toBe(how === 'exit' ? 3 : 1);
    await until(() => !pids().some(isAlive));
  });
});
