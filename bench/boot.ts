import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import packageJson from '../package.json';
import { bundlePackage } from '../tools/bundle';
import { withFolder } from './folder';
import { percentile, type Row } from './table';

const RUNS = 9;
const LIMIT_CPU_MS = 40;
const LIMIT_HEAP_MB = 3;
const NODE_MODULES = join(__dirname, '..', 'node_modules');

/** What loading some files cost a process. */
interface Cost {
  cpuMs: number;
  heapMb: number;
  files: number;
  /** What n8n-workflow, which n8n has loaded by then, cost the same process: how fast the machine is just now. */
  workflowCpuMs: number;
}

/** Loads the files it is given and makes one of each class, as n8n's start does, and prints what that cost. */
const PROGRAM = `
const cpuMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const begin = cpuMs();
require('n8n-workflow');
gc();
const [before, heap, cpu] = [Object.keys(require.cache).length, process.memoryUsage().heapUsed, cpuMs()];
const made = process.argv.slice(1).map((file) => new (Object.values(require(file))[0])());
const took = cpuMs() - cpu;
gc();
console.log(JSON.stringify({
  cpuMs: took,
  heapMb: (process.memoryUsage().heapUsed - heap) / 1e6,
  files: Object.keys(require.cache).length - before,
  workflowCpuMs: cpu - begin,
  made: made.length,
}));
`;

/**
 * What the package costs n8n's start, in fresh processes after n8n-workflow was loaded, beside a package of one empty class. In
 * turns, so that both have the same share of a busy machine.
 */
export async function boot(): Promise<Row[]> {
  return withFolder(async (folder) => {
    await bundlePackage(folder);
    const { nodes, credentials } = packageJson.n8n;
    const ours = [...nodes, ...credentials].map((file) => join(folder, file));
    const bare = join(folder, 'bare', 'Bare.node.js');
    await mkdir(join(folder, 'bare'));
    await writeFile(bare, `'use strict';\nexports.Bare = class Bare {};\n`);
    const [costs, bareCosts]: [Cost[], Cost[]] = [[], []];
    for (let run = 0; run < RUNS; run++) {
      costs.push(await costOf(ours));
      bareCosts.push(await costOf([bare]));
    }
    return rowsOf(costs, bareCosts);
  });
}

async function costOf(files: string[]): Promise<Cost> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '-e', PROGRAM, ...files], {
    env: { ...process.env, NODE_PATH: NODE_MODULES, NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout) as Cost;
}

function rowsOf(ours: Cost[], bare: Cost[]): Row[] {
  const median = (costs: Cost[], of: (cost: Cost) => number): number => percentile(costs.map(of), 0.5);
  const cpu = median(ours, ({ cpuMs }) => cpuMs);
  const heap = median(ours, ({ heapMb }) => heapMb);
  const share = median(ours, ({ cpuMs, workflowCpuMs }) => (100 * cpuMs) / workflowCpuMs);
  return [
    {
      what: `start of n8n: CPU for this package, median of ${RUNS}`,
      value: cpu,
      unit: 'ms',
      limit: `at most ${LIMIT_CPU_MS} ms`,
      ok: cpu <= LIMIT_CPU_MS,
    },
    { what: 'start of n8n: of what n8n-workflow took in the same process', value: share, unit: '%' },
    { what: 'start of n8n: CPU for an empty class', value: median(bare, ({ cpuMs }) => cpuMs), unit: 'ms' },
    {
      what: 'start of n8n: heap for this package',
      value: heap,
      unit: 'MB',
      limit: `at most ${LIMIT_HEAP_MB} MB`,
      ok: heap <= LIMIT_HEAP_MB,
    },
    {
      what: 'start of n8n: heap for an empty class',
      value: median(bare, ({ heapMb }) => heapMb),
      unit: 'MB',
    },
    { what: 'start of n8n: files of code', value: median(ours, ({ files }) => files), unit: 'files' },
  ];
}
