import { setTimeout as wait } from 'node:timers/promises';

import type { N8nServer } from '../../../tools/n8n/server';

/** How long after an answer n8n is asked again: so many turns take at least so long, and longer on a busy machine. */
export const TURN_MS = 50;

/** A process whose turns are counted. */
export interface Worker {
  isAlive(): boolean;
  /** Is resolved when the process has had time from the machine, and did something with it. */
  turn(): Promise<void>;
}

export interface Goal {
  reached(): boolean;
  /** Something that changes while the process comes nearer: the turns are counted anew then. */
  progress?(): unknown;
  mostTurns: number;
  complaint(): string;
}

/**
 * Waits for what a process is to do. It counts the turns that the process has had, never the time that passed: on a busy machine a
 * process that is all right takes any time.
 *
 * @throws Error when the process has had its turns, or has ended
 */
export async function untilReached(worker: Worker, goal: Goal): Promise<void> {
  let last: unknown;
  let turns = 0;
  while (!goal.reached()) {
    if (!worker.isAlive()) throw new Error(`${goal.complaint()}: the process has ended`);
    const now = goal.progress?.();
    if (now !== last) turns = 0;
    last = now;
    if (turns++ === goal.mostTurns) throw new Error(`${goal.complaint()} after ${goal.mostTurns} turns`);
    await worker.turn();
  }
}

/** An n8n that gets no time from the machine answers nobody. */
export function workerOf(n8n: Pick<N8nServer, 'url' | 'pid'>): Worker {
  const isAlive = (): boolean => n8n.pid() !== undefined;
  return {
    isAlive,
    turn: async () => {
      let answer: Response | undefined;
      while (!answer && isAlive()) {
        answer = await fetch(`${n8n.url}/healthz`).catch(() => undefined);
        await answer?.body?.cancel();
        await wait(TURN_MS);
      }
    },
  };
}
