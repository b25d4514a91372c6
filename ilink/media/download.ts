import { createDecipheriv, createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';

import { Deadline } from '../deadline';
import { ILinkMediaError } from './errors';
import { Fetching, type FetchingDeps } from './fetching';
import { keyOf } from './key';
import type { MediaReference } from './reference';

export interface DownloadBounds {
  /** Of the plain file. Counted while it comes. */
  maxBytes: number;
  /** For all of it. */
  timeoutMs: number;
}

/** The official client's limit for files that come in. */
export const DEFAULT_MAX_BYTES = 100 * 1024 * 1024;
/** 100 MB at about 350 kB/s. */
export const DEFAULT_TIMEOUT_MS = 300_000;

/** Read ahead of whoever takes it: what has piled up meanwhile is given in one piece, which makes few writes of many. */
const AHEAD_BYTES = 256 * 1024;
const BLOCK_BYTES = 16;

/**
 * Fetches a file of a message and decrypts it on the way, in constant memory.
 *
 * Resolves when the server has begun to answer. The stream then gives the plain file, and fails with an ILinkError when it
 * does not come whole: nothing that was read of it may be used then. Destroying it ends the request.
 *
 * @throws ILinkMediaError when the reference cannot be used; another ILinkError when the CDN does not give the file; the
 * signal's reason when it was aborted
 */
export async function download(
  file: MediaReference,
  deps: FetchingDeps,
  bounds: DownloadBounds,
  signal?: AbortSignal,
): Promise<Readable> {
  const key = usableKey(file);
  const url = usableAddress(file, deps);
  signal?.throwIfAborted();
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const deadline = new Deadline(deps.clock, bounds.timeoutMs, either);
  // The padding is not the user's.
  const maxBytes = bounds.maxBytes + (key ? BLOCK_BYTES : 0);
  const fetching = new Fetching(deps, { url, maxBytes, deadline, ...(signal && { signal }) });
  try {
    await fetching.begin();
  } catch (error) {
    deadline.clear();
    throw error;
  }
  const plain = key ? decrypted(fetching.pieces(), key, file) : fetching.pieces();
  return new Pulled(checked(plain, file, bounds), () => {
    stop.abort();
    deadline.clear();
    fetching.end();
  });
}

/** A stream of what a generator gives, which ends the request at once when it is destroyed, also while that waits for more. */
class Pulled extends Readable {
  constructor(
    private readonly pieces: AsyncGenerator<Buffer, void, void>,
    private readonly end: () => void,
  ) {
    super({ highWaterMark: AHEAD_BYTES });
  }

  override _read(): void {
    this.pieces.next().then(
      ({ done, value }) => this.push(done ? null : value),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.end();
    callback(error);
  }
}

function usableKey(file: MediaReference): Buffer | undefined {
  const key = keyOf(file);
  if (Buffer.isBuffer(key)) return key;
  if (key === 'none' && file.kind === 'image') return undefined;
  throw new ILinkMediaError('no_key', { code: key === 'none' ? 'key_absent' : 'key_unreadable' });
}

function usableAddress({ media }: MediaReference, { hosts }: FetchingDeps): URL {
  const url = hosts.addressOf(media);
  if (url instanceof URL) return url;
  if (url === 'none') throw new ILinkMediaError('no_address', { code: 'no_reference' });
  throw new ILinkMediaError('foreign_host', { code: 'host', facts: { host: new URL(media.full_url!).host } });
}

/** AES-128-ECB with PKCS#7. The padding at the end is what tells a key that does not fit from one that does. */
async function* decrypted(
  pieces: AsyncIterable<Buffer>,
  key: Buffer,
  { kind, size }: MediaReference,
): AsyncGenerator<Buffer, void, void> {
  const decipher = createDecipheriv('aes-128-ecb', key, null);
  let encryptedBytes = 0;
  let plainBytes = 0;
  for await (const piece of pieces) {
    encryptedBytes += piece.length;
    const plain = decipher.update(piece);
    plainBytes += plain.length;
    if (plain.length > 0) yield plain;
  }
  const end = lastBlock(decipher, encryptedBytes);
  plainBytes += end.length;
  // A wrong key leaves a padding that looks right once in 256 times, but hardly ever one of the right length. A size that
  // does not even fit the encrypted file is something else, and not believed.
  const told = kind === 'file' && size !== undefined && paddedSize(size) === encryptedBytes;
  if (told && size !== plainBytes) throw new ILinkMediaError('key_does_not_fit', { code: 'wrong_padding' });
  if (end.length > 0) yield end;
}

function lastBlock(decipher: { final(): Buffer }, encryptedBytes: number): Buffer {
  if (encryptedBytes === 0 || encryptedBytes % BLOCK_BYTES !== 0) {
    throw new ILinkMediaError('damaged', {
      code: 'no_blocks',
      facts: { bytes: encryptedBytes, blockBytes: BLOCK_BYTES },
    });
  }
  try {
    return decipher.final();
  } catch {
    throw new ILinkMediaError('key_does_not_fit', { code: 'wrong_padding' });
  }
}

function paddedSize(plainBytes: number): number {
  return (Math.floor(plainBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES;
}

async function* checked(
  plain: AsyncIterable<Buffer>,
  { md5 }: MediaReference,
  { maxBytes }: DownloadBounds,
): AsyncGenerator<Buffer, void, void> {
  const hash = isMd5(md5) ? createHash('md5') : undefined;
  let bytes = 0;
  for await (const piece of plain) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new ILinkMediaError('too_large', { code: 'more_bytes', facts: { maxBytes } });
    hash?.update(piece);
    yield piece;
  }
  if (hash && !isSame(hash, md5!)) throw new ILinkMediaError('damaged', { code: 'other_md5' });
}

function isMd5(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{32}$/i.test(text);
}

function isSame(hash: Hash, md5: string): boolean {
  return hash.digest('hex') === md5.toLowerCase();
}
