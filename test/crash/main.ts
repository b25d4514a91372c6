import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { TriggerSettings } from '../../nodes/WeChat/trigger/settings';
import { createProgress } from '../../tools/progress';
import { seededRandom } from '../support/seeded-random';
import { crashQueue, reportQueue } from '../queue/rounds';
import { crashN8n } from './n8n/rounds';
import { crashReceiver } from './receiver/rounds';
import { measureWindow } from './receiver/window';
import { lostFromStore, reportN8n, reportReceiver, reportWindow, unexplained } from './report';

const USAGE =
  'npm run crash -- [--rounds N] [--level n8n|receiver|window|queue] [--acknowledge taken|finished|succeeded] [--seed S] [--json]';
const ACKNOWLEDGE: readonly TriggerSettings['acknowledge'][] = ['taken', 'finished', 'succeeded'];
/** And how many rounds each has when it is not said. */
const ROUNDS = { n8n: 10, receiver: 90, window: 500, queue: 20 };
const LEVELS = ['n8n', 'receiver', 'window', 'queue'] as const;
const ARTEFACTS = join(__dirname, '..', '..', 'artefacts', 'crash');

interface Arguments {
  rounds: number;
  level: (typeof LEVELS)[number];
  acknowledge: TriggerSettings['acknowledge'];
  seed: number;
  json: boolean;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      level: { type: 'string', default: 'n8n' },
      acknowledge: { type: 'string', default: 'taken' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
      json: { type: 'boolean', default: false },
    },
  });
  const level = LEVELS.find((one) => one === values.level);
  const acknowledge = ACKNOWLEDGE.find((one) => one === values.acknowledge);
  const seed = Number(values.seed);
  if (!level || !acknowledge || !Number.isInteger(seed)) throw new Error(USAGE);
  const rounds = Number(values.rounds ?? ROUNDS[level]);
  if (!(rounds >= 1)) throw new Error(USAGE);
  return { rounds, level, acknowledge, seed, json: values.json };
}

/**
 * Level `queue` has n8n in queue mode, and ends main, workers, Redis and PostgreSQL by turns.
 *
 * Ends with 1 when a message was lost that a cut reply does not explain, was executed more often than the kills explain, or did not
 * get what was asked for it.
 */
async function main(): Promise<void> {
  const { rounds, level, acknowledge, seed, json } = readArguments();
  const progress = createProgress();
  progress.say(`crash: ${rounds} rounds, level ${level}, acknowledge ${acknowledge}, seed ${seed}`);
  if (level === 'window') return reportWindow(await measureWindow(rounds), json);
  if (level === 'queue') return await queueLevel();
  const wrong = level === 'receiver' ? await receiverLevel() : await n8nLevel();
  process.exitCode = wrong > 0 ? 1 : 0;

  async function queueLevel(): Promise<void> {
    const artefacts = join(ARTEFACTS, 'queue');
    const result = await crashQueue({ rounds, random: seededRandom(seed), progress, artefacts });
    reportQueue(result, json);
    process.exitCode = result.complaints.length > 0 ? 1 : 0;
  }

  async function receiverLevel(): Promise<number> {
    const results = await crashReceiver(rounds, acknowledge, (done) =>
      progress.say(`round ${done}/${rounds}`),
    );
    reportReceiver(results, json);
    return lostFromStore(results) + unexplained(results);
  }

  async function n8nLevel(): Promise<number> {
    const random = seededRandom(seed);
    const result = await crashN8n({ rounds, acknowledge, random, progress, artefacts: ARTEFACTS });
    reportN8n(result, json);
    // Who asks for a finished execution gets one.
    return result.lostFromStore.length + result.unexplained + (acknowledge === 'taken' ? 0 : result.cutOff);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
});
