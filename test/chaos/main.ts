import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createProgress } from '../../tools/progress';
import { setStage } from '../../tools/stage';
import { seededRandom } from '../support/seeded-random';
import { chaos, type ChaosResult } from './chaos';

const USAGE = 'npm run chaos -- [--minutes N] [--seed S] [--json]';
const ARTEFACTS = join(__dirname, '..', '..', 'artefacts', 'chaos');
const SHOWN_COMPLAINTS = 40;

/** n8n would else delete old executions, and they would look as if they had never been. */
export const CHAOS_ENVIRONMENT = { EXECUTIONS_DATA_PRUNE: 'false' };

function readArguments(): { minutes: number; seed: number; json: boolean } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
      json: { type: 'boolean', default: false },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error(USAGE);
  return { minutes, seed, json: values.json };
}

/** Ends with 1 when a message or an outcome is not accounted for. */
async function main(): Promise<void> {
  const { minutes, seed, json } = readArguments();
  const progress = createProgress();
  progress.say(`chaos: ${minutes} minutes, seed ${seed}`);
  const log = join(ARTEFACTS, 'n8n.log');
  rmSync(log, { force: true });
  const stage = await setStage({ progress, log, env: CHAOS_ENVIRONMENT });
  try {
    const random = seededRandom(seed);
    const result = await chaos({ stage, minutes, random, log, say: (line) => progress.say(line) });
    if (json) console.log(JSON.stringify({ ...result, seed }));
    else print(result);
    process.exitCode = result.complaints.length === 0 ? 0 : 1;
  } finally {
    await stage.close();
  }
}

function print({ complaints, outcomes, hits, statusItems, logins, ...numbers }: ChaosResult): void {
  for (const [name, value] of Object.entries(numbers)) console.log(`${String(value).padStart(7)}  ${name}`);
  const lists = { outcomes, 'requests that met a fault': hits, 'status items': statusItems, logins };
  for (const [name, counts] of Object.entries(lists)) {
    console.log(
      `         ${name}: ${Object.entries(counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(', ')}`,
    );
  }
  console.log(`${String(complaints.length).padStart(7)}  complaints`);
  for (const complaint of complaints.slice(0, SHOWN_COMPLAINTS)) console.log(`  ✗ ${complaint}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
});
