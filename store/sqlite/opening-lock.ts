import { DatabaseSync } from 'node:sqlite';

import { createPrivately } from './files';
import { whenFree } from './when-free';

/** Another process may be saving what can be read of a large file. */
const TIMEOUT_MS = 60_000;

/** Held by the process that opens or repairs the file; anybody else who wants to has to wait. */
export interface OpeningLock {
  release(): void;
}

/**
 * Two that open a new file at once would fail: SQLite does not wait while it turns a file into one with a write-ahead log. And
 * two that find a damaged one would set the new one of each other aside. The lock is SQLite's own, on an empty file beside ours,
 * so it ends with the process whatever happens.
 *
 * @throws at once when another process has it
 */
export function lockOpening(path: string): OpeningLock {
  const lockPath = `${path}.opening`;
  createPrivately(lockPath);
  const lock = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw error;
  }
  return { release: () => lock.close() };
}

/** The same, and waits for another process without holding up anybody. @throws when that takes longer than a minute */
export function lockOpeningInTurn(path: string): Promise<OpeningLock> {
  return whenFree(() => lockOpening(path), TIMEOUT_MS);
}
