import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout as tick } from 'node:timers/promises';

import { commandOfCheckout } from './command';

const LOOK_EVERY_MS = 10;
const LOOK_AT_MOST_MS = 40_000;

/** The command as a script or a container runs it: no terminal anywhere. */
export class Piped {
  stdout = '';
  stderr = '';
  readonly exitCode: Promise<number | null>;
  private readonly child: ChildProcessWithoutNullStreams;

  constructor(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    const [file = '', ...before] = commandOfCheckout();
    this.child = spawn(file, [...before, ...args], {
      ...(options.cwd && { cwd: options.cwd }),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
    });
    this.child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    // It may end before it has read everything.
    this.child.stdin.on('error', () => undefined);
    this.exitCode = new Promise((resolve) => this.child.on('close', (code) => resolve(code)));
  }

  /** The lines of --json that are complete. */
  get json(): Array<Record<string, unknown>> {
    const lines = this.stdout.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  write(text: string): void {
    this.child.stdin.write(text);
  }

  endInput(text = ''): void {
    this.child.stdin.end(text);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Waits until stdout has this. */
  async says(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + LOOK_AT_MOST_MS;
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found) return found[1] ?? found[0];
      if (Date.now() > deadline) throw new Error(`It does not say ${pattern}:\n${this.stdout}${this.stderr}`);
      await tick(LOOK_EVERY_MS);
    }
  }
}
