import { statSync } from 'node:fs';

import { elsewhere } from './elsewhere';

/** How often its size is looked at. */
const EVERY_WRITES = 50;
const LARGE_BYTES = 4 * 1024 * 1024;

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
      // Waits for nobody, and lets everybody read and write meanwhile.
      await elsewhere({ path: this.path, query: 'PRAGMA wal_checkpoint(PASSIVE)' });
    } catch {
      // The next one does it, or SQLite itself.
    }
  }
}
