import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Holder {
  token: string;
  pid: number;
  host: string;
}

export interface LockOptions {
  /** Called about once a second while somebody else holds the lock. */
  onWait?: (holder: { pid: number; host: string }) => void;
  /** A lock that nobody has refreshed for so long belongs to a dead process (default 60 s). */
  staleMs?: number;
  pollMs?: number;
}

const REFRESH_MS = 5_000;

/**
 * Runs `work` while holding the lock file, so that two processes never do it at once. The holder touches the file every few
 * seconds; a lock whose process is gone, or that nobody touched for `staleMs`, is taken over.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const mine: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  await mkdir(dirname(file), { recursive: true });
  await acquire(file, mine, options);
  const refresh = setInterval(() => void touch(file), REFRESH_MS);
  refresh.unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    const current = await readHolder(file);
    if (current?.token === mine.token) await rm(file, { force: true });
  }
}

async function acquire(file: string, mine: Holder, options: LockOptions): Promise<void> {
  const { onWait, staleMs = 60_000, pollMs = 1_000 } = options;
  for (;;) {
    if (await create(file, mine)) return;
    const holder = await readHolder(file);
    if (await isStale(file, holder, staleMs)) await remove(file, holder);
    else {
      if (holder) onWait?.(holder);
      await sleep(pollMs);
    }
  }
}

async function create(file: string, holder: Holder): Promise<boolean> {
  // Written apart and linked into place: nobody ever reads a lock that is half written.
  const draft = `${file}.${holder.token}`;
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return undefined; // gone, or written by something else: its age decides
  }
}

async function isStale(file: string, holder: Holder | undefined, staleMs: number): Promise<boolean> {
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  const touched = await stat(file).catch(() => undefined);
  return touched !== undefined && Date.now() - touched.mtimeMs > staleMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes a stale lock away. Of two that try, one may catch the other's new lock: that one is put back. */
async function remove(file: string, stale: Holder | undefined): Promise<void> {
  const caught = `${file}.${randomUUID()}`;
  try {
    await rename(file, caught);
  } catch {
    return; // somebody else was faster
  }
  if ((await readHolder(caught))?.token !== stale?.token) await link(caught, file).catch(() => undefined);
  await rm(caught, { force: true });
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
