import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts one of the programs in children/ with its garbage collector at hand. */
export function startChild(name: string): ChildProcess {
  const script = join(__dirname, 'children', `${name}.ts`);
  return fork(script, [], {
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Says something to a child and gives its answer. */
export async function ask<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  const answered = once(child, 'message');
  child.send(question);
  const [answer] = (await answered) as [Answer];
  return answer;
}
