import { createHash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';

import { ILinkError } from '../errors';
import { TrackFinder } from './mp4';

/** A file that can be read more than once: an upload needs its size and MD5 first, and a repeat needs it again. */
export interface MediaSource {
  /** The file from its first byte; the same bytes every time. Whoever opens it destroys it. */
  open(): Promise<Readable>;
}

/** What has to be known of a file before its upload can be announced. */
export interface Measured {
  /** Counted, whatever anybody says about the size. */
  bytes: number;
  /** In hex. */
  md5: string;
  /** The beginning, to tell the type of the file by. */
  head: Buffer;
  /** Of a file of the MP4 family: the kinds of its tracks, such as `vide` and `soun`. */
  tracks?: ReadonlySet<string>;
}

/**
 * What is wrong with the file itself, and not with WeChat. `too_large`: above the limit; `unreadable`: reading it failed;
 * `changed`: it was another file when it was read again.
 */
export class SourceProblem extends Error {
  constructor(
    readonly code: 'too_large' | 'unreadable' | 'changed',
    /** How many bytes are taken at most, or were there at first. */
    readonly facts: { maxBytes?: number; bytes?: number } = {},
    options?: ErrorOptions,
  ) {
    super(code, options);
    this.name = 'SourceProblem';
  }
}

/** Enough for every format that a type can be told by, those inside a ZIP included as a rule. */
const HEAD_BYTES = 16 * 1024;

/**
 * Reads a file once, piece by piece, to know what {@link Measured} holds.
 *
 * @param maxBytes more than so many bytes are not read
 * @throws SourceProblem when the file is too large or cannot be read
 * @throws the signal's reason when it was aborted
 */
export async function measure(
  source: MediaSource,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Measured> {
  const measuring = new Measuring(maxBytes);
  const stream = await openSource(source, signal);
  try {
    for await (const piece of piecesOf(stream)) measuring.add(piece);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    stream.destroy();
  }
  return measuring.result();
}

/** Counts and digests a file that passes. */
export class Measuring {
  private readonly hash = createHash('md5');
  private readonly trackFinder = new TrackFinder();
  private readonly heads: Buffer[] = [];
  private headBytes = 0;
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** @throws SourceProblem as soon as the limit is passed */
  add(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.bytes > this.maxBytes) {
      throw new SourceProblem('too_large', { maxBytes: this.maxBytes });
    }
    this.hash.update(piece);
    this.trackFinder.add(piece);
    if (this.headBytes >= HEAD_BYTES) return;
    // A copy, or the head would keep the whole piece.
    const head = Buffer.from(piece.subarray(0, HEAD_BYTES - this.headBytes));
    this.heads.push(head);
    this.headBytes += head.length;
  }

  result(): Measured {
    const tracks = this.trackFinder.result();
    const head = Buffer.concat(this.heads);
    return { bytes: this.bytes, md5: this.hash.digest('hex'), head, ...(tracks && { tracks }) };
  }
}

/**
 * Opens a file. A read that hangs ends when the signal aborts.
 *
 * @returns to be destroyed by the caller
 * @throws SourceProblem `unreadable` for whatever the source fails with
 */
export async function openSource(source: MediaSource, signal?: AbortSignal): Promise<Readable> {
  try {
    const stream = await source.open();
    if (signal) addAbortSignal(signal, stream);
    return stream;
  } catch (error) {
    throw unreadable(error);
  }
}

/** The pieces of a file. @throws SourceProblem `unreadable` for whatever the stream fails with */
export async function* piecesOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield Buffer.isBuffer(piece) ? piece : Buffer.from(piece as Uint8Array);
  } catch (error) {
    throw unreadable(error);
  }
}

/** What reading a file failed with: a file of a message fails with errors of iLink, which say more. */
export function unreadable(error: unknown): SourceProblem | ILinkError {
  if (error instanceof SourceProblem || error instanceof ILinkError) return error;
  return new SourceProblem('unreadable', {}, { cause: error });
}

/**
 * Passes a file on that was measured before.
 *
 * @throws SourceProblem `changed` when it has more or fewer bytes now: what was announced cannot be sent any more
 */
export async function* exactly(pieces: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let passed = 0;
  for await (const piece of pieces) {
    passed += piece.length;
    if (passed > bytes) break;
    yield piece;
  }
  if (passed !== bytes) throw new SourceProblem('changed', { bytes });
}
