import { statSync } from 'node:fs';

import { elsewhere } from './elsewhere';

/** How often its size is looked at. */
const EVERY_WRITES = 50;
/** To start a thread takes 25 ms of processor time, which 4,000 sends share then. To find this much after a crash takes 10 ms. */
const LARGE_BYTES = 16 * 1024 * 1024;
/** Whoever wants to write waits meanwhile, without holding up anybody (see `Access`). */
const PATIENCE_MS = 250;

/**
 * What SQLite writes before the file. To carry it over into the file means to write pages all over a file that may be large, and to
 * wait for the disk: that happens on another thread. SQLite does it by itself only when that fails (see `tryOpen`).
 */
export class WriteAheadLog {
  private writes = 0;
  private carrying: Promise<void> | undefined;

  constructor(private readonly path: string) {}

  /** Something was written. Returns at once. */
  written(): void {
    if (++this.writes < EVERY_WRITES) return;
    this.writes = 0;
    const bytes = statSync(`${this.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes < LARGE_BYTES) return;
    this.carrying ??= this.carryOver().finally(() => (this.carrying = undefined));
  }

  /** Resolved when the other thread has ended, if there is one. */
  async settled(): Promise<void> {
    await this.carrying;
  }

  private async carryOver(): Promise<void> {
    try {
      await elsewhere({
        path: this.path,
        // Nearly all of it, while everybody reads and writes.
        script: ['PRAGMA wal_checkpoint(PASSIVE)'],
        // The rest, and the log begins anew. Without it a log that is always written is never empty, and grows until SQLite
        // carries it over by itself, on the thread of whoever writes.
        query: 'PRAGMA wal_checkpoint(TRUNCATE)',
        timeoutMs: PATIENCE_MS,
      });
    } catch {
      // The next one does it, or SQLite itself.
    }
  }
}
