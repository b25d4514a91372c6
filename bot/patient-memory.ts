import { sleep, type Clock } from '../ilink/clock';
import { STORE_NEWER } from '../store/store';
import type { Memory } from './memory';
import { StoreTrouble } from './store-trouble';

/** A folder that is mounted late, or another process that begins at the same time, takes seconds. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 500;

/**
 * What the process remembers, for those who cannot do without it and are not tried again by themselves: a send without it knows no
 * context token, and could overtake what waits.
 */
export class PatientMemory {
  private opening: Promise<Memory> | undefined;

  constructor(private readonly deps: { memory: () => Promise<Memory>; clock: Clock }) {}

  /** Tries for seconds to open the store. @throws StoreTrouble, or the reason of the signal */
  async get(signal?: AbortSignal): Promise<Memory> {
    signal?.throwIfAborted();
    this.opening ??= this.open().finally(() => (this.opening = undefined));
    const memory = await this.opening;
    signal?.throwIfAborted();
    return memory;
  }

  private async open(): Promise<Memory> {
    const { memory, clock } = this.deps;
    for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
      try {
        return await memory();
      } catch (error) {
        const isForGood = (error as { code?: unknown } | undefined)?.code === STORE_NEWER;
        if (isForGood || waitedMs >= PATIENCE_MS) throw new StoreTrouble(error, 'action');
      }
      await sleep(clock, PAUSE_MS);
    }
  }
}
