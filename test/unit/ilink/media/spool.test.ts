import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import files from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { spool } from '../../../../ilink/media';
import { FakeClock, settle } from '../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

afterAll(removeTempFolders);

async function collect(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

describe('spool', () => {
  let folder: string;
  beforeEach(() => (folder = tempFolder()));
  const left = (): string[] => readdirSync(folder, { recursive: true }) as string[];

  it('makes a stream that comes once into a file that can be read again and again, also at once', async () => {
    const bytes = randomBytes(1_000_003);
    const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 700_000), bytes.subarray(700_000)];
    const file = await spool(Readable.from(pieces), { maxBytes: 2_000_000, folder });
    expect(file.measured).toMatchObject({
      bytes: bytes.length,
      md5: createHash('md5').update(bytes).digest('hex'),
    });
    const reads = await Promise.all([file.source.open(), file.source.open()]);
    for (const read of await Promise.all(reads.map(collect))) expect(read.equals(bytes)).toBe(true);
    expect((await collect(await file.source.open())).equals(bytes)).toBe(true);
    await file.close();
    expect(left()).toEqual([]);
  });

  it('keeps the file where nobody can see it, and nothing is left even of a process that dies', async () => {
    const modes: number[] = [];
    const stream = Readable.from(
      (function* () {
        yield Buffer.from('secret');
        modes.push(...left().map((name) => statSync(join(folder, name)).mode & 0o777));
      })(),
    );
    const file = await spool(stream, { maxBytes: 100, folder });
    // Where names cannot be taken away from open files there is a folder 700 with a file 600 in it.
    expect(modes.filter((mode) => (mode & 0o077) !== 0)).toEqual([]);
    if (process.platform !== 'win32') expect(left()).toEqual([]);
    await file.close();
  });

  it('makes a file that its owner alone can read and write, in a folder that its owner alone can enter', async () => {
    const opened = jest.spyOn(files, 'open');
    const made = jest.spyOn(files, 'mkdtemp');
    const file = await spool(Readable.from([Buffer.from('secret')]), { maxBytes: 100, folder });
    const handle = await (opened.mock.results[0]!.value as Promise<FileHandle>);
    // By the open file itself: its name is gone by now.
    expect((await handle.stat()).mode & 0o777).toBe(0o600);
    expect(made).toHaveBeenCalledTimes(1);
    await file.close();
    jest.restoreAllMocks();
  });

  it('can be closed while a read that was given up is still open', async () => {
    const file = await spool(Readable.from([randomBytes(3_000_000)]), { maxBytes: 1e7, folder });
    const read = await file.source.open();
    read.once('readable', () => undefined);
    read.destroy();
    await file.close();
    expect(left()).toEqual([]);
  });

  it.each([
    ['too large', () => Readable.from([Buffer.alloc(60), Buffer.alloc(60)]), 'too_large'],
    [
      'broken off',
      () =>
        Readable.from(
          (async function* () {
            yield Buffer.alloc(10);
            throw new Error('reset');
          })(),
        ),
      'unreadable',
    ],
  ] as const)('leaves nothing of a stream that is %s, and closes it', async (_what, make, code) => {
    const stream = make();
    await expect(spool(stream, { maxBytes: 100, folder })).rejects.toMatchObject({
      name: 'SourceProblem',
      code,
    });
    expect(stream.destroyed).toBe(true);
    expect(left()).toEqual([]);
  });

  it('gives up a stream that says nothing for a minute', async () => {
    const clock = new FakeClock();
    const stream = new Readable({ read: () => undefined });
    const spooling = spool(stream, { maxBytes: 100, folder, clock });
    const failed = expect(spooling).rejects.toMatchObject({ code: 'unreadable' });
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(59_000);
    stream.push(Buffer.from('still here'));
    // When it is on the disk, the minute starts anew.
    while (clock.nextInMs !== 60_000) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(59_000);
    expect(stream.destroyed).toBe(false);
    await clock.advance(2_000);
    await failed;
    expect(stream.destroyed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('ends at once when it is cancelled, with the reason', async () => {
    const abort = new AbortController();
    const stream = new Readable({ read: () => undefined });
    const spooling = spool(stream, { maxBytes: 100, folder, signal: abort.signal });
    await settle();
    abort.abort(new Error('cancelled'));
    await expect(spooling).rejects.toThrow('cancelled');
    expect(left()).toEqual([]);
  });

  it('fails when there is no place for the file, and closes the stream', async () => {
    const stream = Readable.from([Buffer.alloc(10)]);
    await expect(spool(stream, { maxBytes: 100, folder: join(folder, 'missing') })).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(stream.destroyed).toBe(true);
  });
});
