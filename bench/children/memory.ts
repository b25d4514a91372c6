import { setTimeout as wait } from 'node:timers/promises';

export interface Memory {
  /** Bytes of the process in the machine's memory. */
  resident: number;
  /** Bytes of JavaScript's heap. */
  heap: number;
  /** Bytes of buffers and the like that hang on it. */
  external: number;
}

/** The memory of this process after it came to rest. Needs --expose-gc. */
export async function settledMemory(): Promise<Memory> {
  for (let i = 0; i < 5; i++) {
    await wait(400);
    (globalThis as { gc?: () => void }).gc!();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed, external };
}
