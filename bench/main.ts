import { boot } from './boot';
import { credentialReads } from './credential-reads';
import { download } from './download';
import { failOver } from './fail-over';
import { idleBots } from './idle-bots';
import { idleTraffic } from './idle-traffic';
import { inboxFlood } from './inbox-flood';
import { storeLatency } from './store-latency';
import { storePostgres } from './store-postgres';
import { storeSize } from './store-size';
import { sends } from './sends';
import { nodeSends } from './node-sends';
import { queuedTexts } from './queued-texts';
import { report, type Row } from './table';
import { textSplit } from './text-split';
import { textSteps } from './text-steps';
import { triggerLatency } from './trigger-latency';
import { upload } from './upload';

/**
 * `npm run bench`: a table; with `--json` one JSON object per row; words pick benches by name (`-- idle`). Ends with 1 when
 * an aim was missed.
 */
const BENCHES: { name: string; run: () => Promise<Row[]> }[] = [
  { name: 'boot', run: boot },
  { name: 'credential reads', run: credentialReads },
  { name: 'trigger latency', run: triggerLatency },
  { name: 'idle traffic', run: idleTraffic },
  { name: 'store latency', run: storeLatency },
  { name: 'store on PostgreSQL', run: storePostgres },
  { name: 'fail-over on PostgreSQL', run: failOver },
  { name: 'store size', run: storeSize },
  { name: 'sends', run: sends },
  { name: 'node on n8n', run: nodeSends },
  { name: 'queued texts', run: queuedTexts },
  { name: 'inbox flood', run: inboxFlood },
  { name: 'text split', run: textSplit },
  { name: 'text steps', run: textSteps },
  { name: 'idle bots', run: idleBots },
  { name: 'upload', run: upload },
  { name: 'download', run: download },
];

async function main(): Promise<void> {
  const asJson = process.argv.includes('--json');
  const rows: Row[] = [];
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const wanted = BENCHES.filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  if (wanted.length === 0)
    throw new Error(`No such bench. There are: ${BENCHES.map(({ name }) => name).join(', ')}`);
  for (const { name, run } of wanted) {
    process.stderr.write(`measuring ${name} …\n`);
    const measured = await run();
    // At once: a bench that fails must not take the figures of the others with it.
    if (asJson) for (const row of measured) console.log(JSON.stringify(row));
    rows.push(...measured);
  }
  if (!asJson) report(rows);
  process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
