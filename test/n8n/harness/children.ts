import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

import { tempFolder } from '../../support/temp-folder';
import type { ChildNews, ChildTask } from './child';

/** Makes the child one file of JavaScript, so that it starts in a tenth of a second. @returns its path */
export function bundleChild(): string {
  const outfile = join(tempFolder(), 'child.cjs');
  buildSync({
    entryPoints: [join(__dirname, 'child.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** A real process that listens for one bot. */
export class Child {
  readonly news: ChildNews[] = [];

  private constructor(private readonly process: ChildProcess) {
    process.on('message', (news) => this.news.push(news as ChildNews));
  }

  static start(script: string, task: ChildTask): Child {
    return new Child(fork(script, [JSON.stringify(task)]));
  }

  /** The same, in a process whose files may not grow beyond so many blocks of 1 KiB: a disk that is full, for real. */
  static startWithFileLimit(script: string, task: ChildTask, blocks: number): Child {
    const command = `ulimit -S -f ${blocks}; exec "$@"`;
    const args = ['-c', command, 'bash', process.execPath, script, JSON.stringify(task)];
    return new Child(spawn('bash', args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** What started an execution, in order. */
  get emits(): Array<{ text: string; key: string }> {
    return this.news.flatMap((news) => ('text' in news ? [news] : []));
  }

  get texts(): string[] {
    return this.emits.map(({ text }) => text);
  }

  get states(): string[] {
    return this.news.flatMap((news) => ('state' in news ? [news.state] : []));
  }

  get reports(): string[] {
    return this.news.flatMap((news) => ('report' in news ? [news.report] : []));
  }

  /** It stands still, as on a machine that sleeps: nothing of it runs, and its connections stay open. */
  suspend(): void {
    this.process.kill('SIGSTOP');
  }

  resume(): void {
    this.process.kill('SIGCONT');
  }

  /** SIGKILL: nothing can be tidied up. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }
}
