import { homedir } from 'node:os';
import { parseArgs } from 'node:util';

import { systemClock } from '../../ilink/clock';
import { moveStore, type MoveStep } from '../../store/move/move';
import { chooseStore, storePath, type StoreChoice } from '../../store/place';
import { PostgresMoveTarget } from '../../store/postgres/move-target';
import type * as MoveSource from '../../store/sqlite/move-source';
import { Exit, Problem, UsageProblem } from '../exit';
import { styleOf, type Io } from '../io';
import { Screen } from '../screen';
import { STORE, storeProblem, USAGE_PROBLEMS } from '../texts';

/**
 * `store move`: copies what the nodes keep from the file into the PostgreSQL database that the environment names.
 *
 * @returns the exit code
 */
export async function storeCommand(args: string[], io: Io, signal: AbortSignal): Promise<number> {
  const { from } = moveOptions(args, io.env);
  const settings = targetOf(io.env);
  try {
    const source = openSource(from);
    try {
      const target = await PostgresMoveTarget.open({
        settings,
        time: { ...systemClock, elapsed: () => performance.now() },
      });
      const show = progressOn(io, signal);
      try {
        const moved = await moveStore(source, target, show.step);
        show.end(STORE.moved(moved.rows, from));
        return Exit.Ok;
      } finally {
        show.end();
        await target.close();
      }
    } finally {
      source.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new Problem(storeProblem(error));
  }
}

/** The other commands run on a Node that has no SQLite, too: it is loaded only now. */
function openSource(path: string): MoveSource.SqliteMoveSource {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a dynamic import would want the name of a built file
  const { SqliteMoveSource } = require('../../store/sqlite/move-source') as typeof MoveSource;
  return SqliteMoveSource.open(path, systemClock.now());
}

function moveOptions(args: string[], env: NodeJS.ProcessEnv): { from: string } {
  const parsed = parsedArgs(args);
  if (parsed.positionals.join(' ') !== 'move') throw new UsageProblem(STORE.whichCommand);
  return { from: parsed.values.from ?? storePath(env, homedir()) };
}

function parsedArgs(args: string[]) {
  try {
    const options = { from: { type: 'string' } } as const;
    return parseArgs({ args, options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageProblem({ message: (error as Error).message, next: USAGE_PROBLEMS.see('store') });
  }
}

function targetOf(env: NodeJS.ProcessEnv): Extract<StoreChoice, { kind: 'postgres' }>['settings'] {
  let choice: StoreChoice;
  try {
    choice = chooseStore(env, homedir());
  } catch (error) {
    throw new UsageProblem(storeProblem(error));
  }
  if (choice.kind === 'postgres') return choice.settings;
  throw new UsageProblem(STORE.noTarget);
}

/** One line that is rewritten on a terminal, else a line for each table that has something in it. */
function progressOn(io: Io, signal: AbortSignal): { step(step: MoveStep): void; end(line?: string): void } {
  const { redraw } = styleOf(io);
  const screen = new Screen(io.stdout);
  return {
    step(step) {
      // Ctrl-C: the next call goes on from here.
      signal.throwIfAborted();
      if (redraw) screen.status(STORE.step(step));
      else if (step.done === step.total && step.total > 0) screen.line(STORE.step(step));
    },
    end(line) {
      if (redraw) screen.endStatus();
      if (line !== undefined) screen.line(line);
    },
  };
}
