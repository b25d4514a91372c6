import { parseArgs } from 'node:util';

import { createProgress } from '../../tools/progress';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { soak } from './soak';

const USAGE = 'npm run soak -- [--sends N] [--seed S] [--lanes L] [--json]';
const SHOWN_COMPLAINTS = 20;

interface Arguments {
  sends: number;
  seed: number;
  lanes: number;
  json: boolean;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      sends: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
      lanes: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
    },
  });
  const [sends, seed, lanes] = [Number(values.sends), Number(values.seed), Number(values.lanes)];
  if (![sends, seed, lanes].every((value) => Number.isInteger(value) && value >= 0) || sends * lanes === 0)
    throw new Error(USAGE);
  return { sends, seed, lanes, json: values.json };
}

/** Ends with 1 when a message had another fate than was reported. */
async function main(): Promise<void> {
  const { sends, seed, lanes, json } = readArguments();
  const progress = createProgress();
  progress.say(`soak: ${sends} sends, seed ${seed}, ${lanes} lanes`);
  const startedAt = performance.now();
  const onProgress = (done: number): void => progress.say(`${done} of ${sends} sent`);
  const result = await soak({ sends, seed, lanes, folder: tempFolder(), onProgress });
  const seconds = (performance.now() - startedAt) / 1_000;
  removeTempFolders();
  if (json) console.log(JSON.stringify({ ...result, seed, seconds }));
  else printResult(result, seconds);
  process.exitCode = result.complaints.length === 0 ? 0 : 1;
}

function printResult(
  { sends, outcomes, queued, merged, complaints }: Awaited<ReturnType<typeof soak>>,
  seconds: number,
): void {
  const counts = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  for (const [name, count] of counts) console.log(`${String(count).padStart(9)}  ${name}`);
  console.log(`${String(queued).padStart(9)}  of them were queued, ${merged} bubbles hold several of those`);
  console.log(
    `${String(sends).padStart(9)}  sends in ${seconds.toFixed(0)} s, ${complaints.length} complaints`,
  );
  for (const complaint of complaints.slice(0, SHOWN_COMPLAINTS)) console.log(`  ✗ ${complaint}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
});
