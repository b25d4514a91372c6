import type { RandomUint32 } from './headers';

const POOL_BYTES = 1_024;

/** Draws many bytes at once: every request wants four, and a call of the generator costs as much as the rest of its headers. */
export function pooledUint32(randomBytes: (size: number) => Buffer): RandomUint32 {
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === pool.length) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    used += 4;
    return pool.readUInt32BE(used - 4);
  };
}
