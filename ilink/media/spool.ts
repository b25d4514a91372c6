import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { systemClock, type Clock } from '../clock';
import { Deadline } from '../deadline';
import { Measuring, unreadable, type Measured, type MediaSource } from './source';

/** A file of the disk that nobody else can see, and that is gone when it is closed. */
export interface SpooledFile {
  source: MediaSource;
  measured: Measured;
  close(): Promise<void>;
}

export interface SpoolOptions {
  maxBytes: number;
  signal?: AbortSignal;
  clock?: Clock;
  /** Where the file lies; the system's folder for such files unless told. */
  folder?: string;
}

const PIECE_BYTES = 256 * 1024;
/** How long a sender may say nothing. */
const SILENCE_MS = 60_000;

/**
 * Puts a stream that comes only once on the disk, so that it can be read again: an upload needs size and MD5 before its first
 * byte, and its bytes once more for every repeat. Counts and digests on the way.
 *
 * The file is readable by this process's user only, and its name is gone before the first byte is written wherever the system
 * allows that, so that not even a killed process leaves it behind.
 *
 * @param stream is destroyed in every case
 * @throws SourceProblem when the stream fails, says nothing for a minute, or is too large; an error of the file system
 */
export async function spool(stream: Readable, options: SpoolOptions): Promise<SpooledFile> {
  const file = await TempFile.create(options.folder ?? tmpdir()).catch((error: unknown) => {
    stream.destroy();
    throw error;
  });
  try {
    const measured = await file.fill(stream, options);
    return { source: { open: async () => file.read() }, measured, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  } finally {
    stream.destroy();
  }
}

class TempFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly folder: string,
  ) {}

  static async create(parent: string): Promise<TempFile> {
    const folder = await mkdtemp(join(parent, 'wechat-ilink-'));
    try {
      const file = new TempFile(await open(join(folder, 'media'), 'wx+', 0o600), folder);
      // Windows keeps the name of an open file; then it goes when the file is closed.
      await file.unlink().catch(() => undefined);
      return file;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async fill(stream: Readable, { maxBytes, signal, clock = systemClock }: SpoolOptions): Promise<Measured> {
    const measuring = new Measuring(maxBytes);
    const deadline = new Deadline(clock, SILENCE_MS, signal);
    // With a listener of its own, because it may abort while nobody reads.
    const stop = (): void => void stream.destroy(new Error('aborted'));
    deadline.signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const piece of piecesUntil(stream, deadline)) {
        measuring.add(piece);
        await this.handle.appendFile(piece);
      }
      return measuring.result();
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      deadline.clear();
      deadline.signal.removeEventListener('abort', stop);
    }
  }

  read(): Readable {
    return Readable.from(pieces(this.handle), { objectMode: false, highWaterMark: PIECE_BYTES });
  }

  async close(): Promise<void> {
    await this.handle.close();
    await this.unlink();
  }

  private unlink(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** @throws SourceProblem for whatever the stream fails with, unless it is an ILinkError */
async function* piecesUntil(stream: Readable, deadline: Deadline): AsyncGenerator<Buffer> {
  try {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    for await (const piece of stream) {
      deadline.pause();
      yield piece as Buffer;
      deadline.restart();
    }
  } catch (error) {
    throw unreadable(deadline.passed ? new Error('STALLED') : error);
  }
}

async function* pieces(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafe(PIECE_BYTES), position });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
