import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { measure, SourceProblem, type MediaSource } from '../../../../ilink/media';
import { exactly, openSource, piecesOf } from '../../../../ilink/media/source';

const opened: Readable[] = [];
afterEach(() => opened.splice(0));

function sourceOf(make: () => Readable): MediaSource {
  return {
    open: async () => {
      const stream = make();
      opened.push(stream);
      return stream;
    },
  };
}
const inPieces = (...pieces: string[]): MediaSource =>
  sourceOf(() => Readable.from(pieces.map((piece) => Buffer.from(piece))));
const failing = (error: Error): MediaSource =>
  sourceOf(() =>
    Readable.from(
      (async function* () {
        yield Buffer.from('begun');
        throw error;
      })(),
    ),
  );

async function collect(pieces: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

describe('measure', () => {
  it('counts and digests a file in pieces, and keeps its beginning', async () => {
    const { bytes, md5, head } = await measure(inPieces('one ', '', 'two'), 100);
    expect({ bytes, md5 }).toEqual({ bytes: 7, md5: createHash('md5').update('one two').digest('hex') });
    expect(head.toString()).toBe('one two');
    expect(opened[0]!.destroyed).toBe(true);
  });

  it('keeps no more of a large file than its beginning', async () => {
    const piece = Buffer.alloc(10_000, 'x');
    const { head, bytes } = await measure(
      sourceOf(() => Readable.from([piece, piece, piece])),
      30_000,
    );
    expect([head.length, bytes]).toEqual([16_384, 30_000]);
    expect(head.buffer).not.toBe(piece.buffer);
  });

  it('takes an empty file for what it is', async () => {
    expect(await measure(inPieces(), 100)).toMatchObject({
      bytes: 0,
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
    });
  });

  it('stops reading when the limit is passed, and closes the file', async () => {
    let given = 0;
    const endless = sourceOf(() =>
      Readable.from(
        (function* () {
          for (;;) {
            given++;
            yield Buffer.alloc(10);
          }
        })(),
        { highWaterMark: 1 },
      ),
    );
    await expect(measure(endless, 100)).rejects.toMatchObject({ name: 'SourceProblem', code: 'too_large' });
    expect(given).toBeLessThan(20);
    expect(opened[0]!.destroyed).toBe(true);
  });

  it('takes a file of exactly the limit', async () => {
    expect((await measure(inPieces('12345'), 5)).bytes).toBe(5);
  });

  it('says that a file cannot be read, with the reason as the cause', async () => {
    const cause = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    await expect(measure(failing(cause), 100)).rejects.toMatchObject({ code: 'unreadable', cause });
    const unopened: MediaSource = { open: async () => Promise.reject(cause) };
    await expect(measure(unopened, 100)).rejects.toMatchObject({ code: 'unreadable', cause });
  });

  it('ends a read that hangs when the signal aborts, with its reason', async () => {
    const abort = new AbortController();
    const silent = sourceOf(() => new Readable({ read: () => abort.abort(new Error('cancelled')) }));
    await expect(measure(silent, 100, abort.signal)).rejects.toThrow('cancelled');
    expect(opened[0]!.destroyed).toBe(true);
  });
});

describe('exactly', () => {
  const pass = async (source: MediaSource, bytes: number): Promise<string> =>
    collect(exactly(piecesOf(await openSource(source)), bytes));

  it('passes a file on that has the bytes that it had', async () => {
    expect(await pass(inPieces('12', '345'), 5)).toBe('12345');
  });

  it.each([4, 6])('says that it changed when %i bytes were expected of five', async (bytes) => {
    const failure = await pass(inPieces('12', '345'), bytes).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SourceProblem);
    expect(failure).toMatchObject({ code: 'changed' });
  });

  it('never passes more on than was announced', async () => {
    const passed: Buffer[] = [];
    const drain = async (): Promise<void> => {
      const stream = await openSource(inPieces('12345', '678'));
      for await (const piece of exactly(piecesOf(stream), 5)) passed.push(piece);
    };
    await expect(drain()).rejects.toMatchObject({ code: 'changed' });
    expect(Buffer.concat(passed).toString()).toBe('12345');
  });
});
