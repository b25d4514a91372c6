import { createCipheriv } from 'node:crypto';

/** AES's block, in bytes. */
const BLOCK_BYTES = 16;

/** Size in bytes of a file after AES-128-ECB with PKCS#7, which always adds 1 to 16 bytes. */
export function cipherSize(plainBytes: number): number {
  return Math.ceil((plainBytes + 1) / BLOCK_BYTES) * BLOCK_BYTES;
}

/**
 * Encrypts a file while it passes, with AES-128-ECB and PKCS#7 as iLink's CDN stores files.
 *
 * @param plain the file in pieces of any size
 * @param key 16 bytes
 * @returns {@link cipherSize} bytes in all, in pieces
 */
export async function* encrypted(plain: AsyncIterable<Buffer>, key: Buffer): AsyncGenerator<Buffer> {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  for await (const piece of plain) {
    const block = cipher.update(piece);
    // Less than a block so far: nothing to hand on.
    if (block.length > 0) yield block;
  }
  yield cipher.final();
}
