import { createCipheriv, createDecipheriv, createHash, type Hash } from 'node:crypto';

const BLOCK_BYTES = 16;

/** Size in bytes of a file after AES-128-ECB with PKCS#7: `ceil((rawsize + 1) / 16) * 16`. */
export function ciphertextSize(rawsize: number): number {
  return Math.ceil((rawsize + 1) / BLOCK_BYTES) * BLOCK_BYTES;
}

/** AES-128-ECB with PKCS#7, which is what WeChat's CDN stores. `key` has 16 bytes. */
export function encrypt(plain: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

/** The reverse of `encrypt`. Throws when the key does not fit (bad padding). */
export function decrypt(ciphertext: Buffer, key: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-ecb', key, null);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/** MD5 of `bytes` in hex. */
export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

/**
 * Decrypts piece by piece while an upload comes in, and keeps only the size and the MD5 of the plaintext: a file of 100 MB
 * then costs its ciphertext once, and no long pause in which other requests wait.
 */
export class PlaintextProbe {
  private readonly decipher;
  private readonly hash: Hash = createHash('md5');
  private size = 0;

  constructor(key: Buffer) {
    this.decipher = createDecipheriv('aes-128-ecb', key, null);
  }

  /** Takes the next piece of ciphertext. */
  update(piece: Buffer): void {
    this.add(this.decipher.update(piece));
  }

  /** Size and MD5 of the plaintext, or undefined when the key does not fit the bytes. */
  finish(): { size: number; md5: string } | undefined {
    try {
      this.add(this.decipher.final());
    } catch {
      return undefined;
    }
    return { size: this.size, md5: this.hash.digest('hex') };
  }

  private add(plain: Buffer): void {
    this.size += plain.length;
    this.hash.update(plain);
  }
}
