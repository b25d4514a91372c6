import { statfsSync } from 'node:fs';

/** More than the largest answer to a poll that was ever seen, with the log that SQLite writes before it. */
const NEEDED_BYTES = 16 * 1024 * 1024;

/**
 * Fails with ENOSPC when the disk of `folder` is nearly full. A small write would not tell: SQLite finds room for it in pages
 * that it has already.
 */
export function checkRoom(folder: string): void {
  const { bavail, blocks, bsize } = statfsSync(folder);
  // Some network file systems do not say how large they are.
  if (blocks === 0 || bavail * bsize >= NEEDED_BYTES) return;
  throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
}
