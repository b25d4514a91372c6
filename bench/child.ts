import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const NODE_MODULES = join(__dirname, '..', 'node_modules');

/** Starts one of the programs in children/ with its garbage collector at hand. */
export function startChild(name: string): ChildProcess {
  const script = join(__dirname, 'children', `${name}.ts`);
  return fork(script, [], {
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/**
 * Starts one of the programs in children/ bundled, as the package is published: code that is compiled while it is loaded names
 * every function when it is made, which costs it up to a third of its speed.
 *
 * @param folder where the bundle goes
 */
export async function startBuiltChild(
  name: string,
  folder: string,
  { execArgv = [], env = {} }: { execArgv?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<ChildProcess> {
  const outfile = join(folder, `${name}.js`);
  await build({
    entryPoints: [join(__dirname, 'children', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    packages: 'external',
    logLevel: 'warning',
  });
  return fork(outfile, [], {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_PATH: NODE_MODULES, ...env },
  });
}

/** Says something to a child and gives its answer. */
export async function ask<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  const answered = once(child, 'message');
  child.send(question);
  const [answer] = (await answered) as [Answer];
  return answer;
}

/**
 * The processor time that a process has taken with all its threads, in ms. Unlike the time on the clock it says what its work
 * costs, also while others use the machine. Nothing where the system does not tell.
 */
export function cpuMsOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = (thread: string): number =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    return threads.reduce((sum, thread) => sum + nanoseconds(thread), 0) / 1e6;
  } catch {
    return NaN;
  }
}
