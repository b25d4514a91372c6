import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../bench/table';
import type { Progress } from '../../tools/progress';
import { tableOf } from '../crash/report';
import { World } from '../e2e/world';
import { complaintsOf, type Account } from './account';
import { QueueArena, STRIKES, type Strike, type Struck } from './arena';
import { setCluster } from './cluster';

export interface QueueRounds {
  rounds: number;
  /** A number from 0 up to 1. */
  random: () => number;
  progress: Progress;
  /** A folder for what each process prints. */
  artefacts: string;
}

export interface QueueResult {
  struck: Struck[];
  account: Account & { mostPolls: number };
  /** Everything that must not be. */
  complaints: string[];
}

const MESSAGES_PER_SECOND = 20;
const SENDS_PER_SECOND = 2;
/** How long all runs before something ends, at the most. */
const RUN_MS = 4_000;
/** Between two rounds n8n works off what piled up, so that the rounds do not get longer and longer. */
const REST_MS = 5_000;
const START_MS = 3_600_000;

/**
 * Ends main, a worker, Redis or PostgreSQL, over and over, while twenty messages a second come in and workers send. In the end it is
 * counted what became of every message and every send.
 */
export async function crashQueue({ rounds, random, progress, artefacts }: QueueRounds): Promise<QueueResult> {
  // Drawn first, so that the same seed gives the same rounds, however long they take.
  const plans = Array.from({ length: rounds }, () => ({ strike: pick(random), runMs: random() * RUN_MS }));
  const cluster = await setCluster({ progress, logs: artefacts, startMs: START_MS });
  const struck: Struck[] = [];
  try {
    const account = await new World(cluster).account();
    const arena = await QueueArena.open(cluster, account, random);
    for (const [round, { strike, runMs }] of plans.entries()) {
      arena.flow(MESSAGES_PER_SECOND, SENDS_PER_SECOND);
      await sleep(runMs);
      const one = await arena.strike(strike);
      struck.push(one);
      progress.say(`round ${round + 1}/${rounds}: ${JSON.stringify(one)}`);
      arena.flow(1, SENDS_PER_SECOND);
      await sleep(REST_MS);
    }
    await arena.drain();
    const result = await arena.result();
    const seconds = result.mostPolls > 1 ? [`${result.mostPolls} polls at one time`] : [];
    return { struck, account: result, complaints: [...complaintsOf(result), ...seconds] };
  } finally {
    await cluster.close();
  }
}

function pick(random: () => number): Strike {
  return STRIKES[Math.floor(random() * STRIKES.length)]!;
}

/** Two tables and what must not be, or one JSON object. */
export function reportQueue(result: QueueResult, asJson: boolean): void {
  if (asJson) return console.log(JSON.stringify(result));
  const { struck, account, complaints } = result;
  const rows = STRIKES.map((strike) => {
    const of = struck.filter((one) => one.strike === strike);
    const silent = of.map(({ silentMs }) => silentMs);
    const takeOvers = of.flatMap(({ takeOverMs }) => takeOverMs ?? []);
    const ended = of.reduce((sum, one) => sum + one.ended, 0);
    return [strike, of.length, ...shares(silent), ...shares(takeOvers), ended];
  });
  const head = ['ended', 'times', 'no poll p50 ms', 'p99', 'after ready p50 ms', 'p99', 'others that ended'];
  console.log(tableOf([head, ...rows]));
  const { byStatus, lost, executedTwice, sendsLost, shownTwice, ...numbers } = account;
  const lists = { lost, executedTwice, sendsLost, shownTwice };
  const counts = Object.entries(lists).map(([name, texts]) => [name, texts.length] as const);
  const statuses = Object.entries(byStatus).map(
    ([status, count]) => [`executions ${status}`, count] as const,
  );
  console.log(`\n${tableOf([...Object.entries(numbers), ...counts, ...statuses])}`);
  for (const complaint of complaints) console.log(`✗ ${complaint}`);
}

function shares(values: number[]): Array<string | number> {
  if (values.length === 0) return ['', ''];
  return [0.5, 0.99].map((share) => Math.round(percentile(values, share)));
}
