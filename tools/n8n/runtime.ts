import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache';
import { withLock } from '../lock';
import type { Progress } from '../progress';
import { npm } from './npm';
import { provideSqlite, type SqliteChoice } from './sqlite';

export const N8N_VERSION = '2.41.1';

/** An n8n that can be started. */
export interface N8nRuntime {
  version: string;
  /** The folder whose node_modules carries n8n. */
  root: string;
  /** n8n's start script, to be run with `node`. */
  script: string;
  /** The Node that runs it: this one. */
  node: string;
  sqlite: SqliteChoice;
}

const NEEDED_NODE_MAJOR = 24;
/** Installed it takes 2.9 GB; npm's cache wants its share too. */
const NEEDED_DISK_GB = 4.5;
const STAMP = 'complete.json';

/**
 * The n8n for demo and e2e, installed into the cache folder when it is not there yet (2.9 GB, 3-6 minutes).
 * Two processes that ask at once do not disturb each other.
 *
 * @throws with a next step when Node is too old, the disk is full or npm fails.
 */
export async function ensureN8n(progress: Progress): Promise<N8nRuntime> {
  assertNode();
  const cache = cacheFolder();
  const root = join(cache, `n8n-${N8N_VERSION}`);
  await mkdir(cache, { recursive: true });
  return await withLock(
    `${root}.lock`,
    async () => {
      if (!(await isComplete(root))) await install(cache, root, progress);
      const sqlite = await provideSqlite(root, process.env.WECHAT_ILINK_SQLITE, progress);
      return runtimeAt(root, sqlite);
    },
    { onWait: onceNotice(progress) },
  );
}

function onceNotice(progress: Progress): (holder: { pid: number }) => void {
  let said = false;
  return ({ pid }) => {
    if (!said) progress.say(`Process ${pid} prepares n8n right now; waiting for it.`);
    said = true;
  };
}

function runtimeAt(root: string, sqlite: SqliteChoice): N8nRuntime {
  const script = join(root, 'node_modules', 'n8n', 'bin', 'n8n');
  return { version: N8N_VERSION, root, script, node: process.execPath, sqlite };
}

function assertNode(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NEEDED_NODE_MAJOR) return;
  throw new Error(
    `n8n ${N8N_VERSION} needs Node ${NEEDED_NODE_MAJOR}, and this is Node ${process.versions.node}. ` +
      'The checkout brings one: run "npm ci" once, then start this with "npm run …".',
  );
}

async function isComplete(root: string): Promise<boolean> {
  try {
    return (
      (JSON.parse(await readFile(join(root, STAMP), 'utf8')) as { version: string }).version === N8N_VERSION
    );
  } catch {
    return false; // not there, or a write that never ended: install anew
  }
}

/** Everything happens in a temporary folder, which gets its name when it is complete: nobody ever starts half an n8n. */
async function install(cache: string, root: string, progress: Progress): Promise<void> {
  await removeLeftovers(cache, root);
  await assertDiskSpace(cache);
  const draft = await mkdtemp(join(cache, `.n8n-${N8N_VERSION}-`));
  try {
    await writeFile(join(draft, 'package.json'), JSON.stringify({ private: true }));
    await progress.during(`Installing n8n ${N8N_VERSION} (about 2.9 GB, 3-6 min, once)`, async (step) => {
      await installWithNpm(draft, (text) => step.detail(text));
    });
    await provideSqlite(draft, process.env.WECHAT_ILINK_SQLITE, progress);
    const stamp = {
      version: N8N_VERSION,
      node: process.versions.node,
      installedAt: new Date().toISOString(),
    };
    await writeFile(join(draft, STAMP), JSON.stringify(stamp, null, 2));
    await rename(draft, root);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function removeLeftovers(cache: string, root: string): Promise<void> {
  const drafts = (await readdir(cache)).filter((name) => name.startsWith(`.n8n-${N8N_VERSION}-`));
  for (const folder of [root, ...drafts.map((name) => join(cache, name))]) {
    if (existsSync(folder)) await rm(folder, { recursive: true, force: true });
  }
}

async function assertDiskSpace(cache: string): Promise<void> {
  const { bavail, bsize } = await statfs(cache);
  const freeGb = (bavail * bsize) / 1e9;
  if (freeGb >= NEEDED_DISK_GB) return;
  throw new Error(
    `n8n needs ${NEEDED_DISK_GB} GB in ${cache}, and ${freeGb.toFixed(1)} GB are free. ` +
      'Make room, or name another folder in WECHAT_ILINK_CACHE.',
  );
}

async function installWithNpm(draft: string, detail: (text: string) => void): Promise<void> {
  let requests = 0;
  const watch = setInterval(() => {
    void countPackages(draft).then((packages) => detail(`${packages} packages, ${requests} requests`));
  }, 2_000);
  try {
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=http'];
    await npm(['install', `n8n@${N8N_VERSION}`, ...flags], {
      cwd: draft,
      onLine: (line) => {
        if (line.startsWith('npm http')) requests += 1;
      },
    });
  } finally {
    clearInterval(watch);
  }
}

/** The folders directly in node_modules: about 1,100 when it is done. Counting megabytes would take longer than it tells. */
async function countPackages(draft: string): Promise<number> {
  const names = await readdir(join(draft, 'node_modules')).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).length;
}
