import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { IBinaryData } from 'n8n-workflow';

import { ILinkMediaError } from '../../../../../ilink/media/errors';
import type { MediaReference } from '../../../../../ilink/media/reference';
import { InputProblem } from '../../../../../nodes/WeChat/shared/errors';
import { receiveFile, type ReceiveOptions } from '../../../../../nodes/WeChat/media/receiveFile';

const OPTIONS: ReceiveOptions = { maxBytes: 1e6, timeoutMs: 1e5, voiceFormat: 'wav', hosts: ['a.example'] };
const FILE: MediaReference = { kind: 'file', media: {}, file_name: 'a.bin' };

interface Kept {
  bytes: Buffer;
  name: string | undefined;
  type: string | undefined;
}

describe('receiveFile', () => {
  /** n8n's store for binary data: takes a stream or a buffer, or fails. */
  const keep =
    (kept: Kept[], fail?: Error) =>
    async (content: Buffer | Readable, name?: string, type?: string): Promise<IBinaryData> => {
      if (fail) throw fail;
      const bytes = Buffer.isBuffer(content) ? content : Buffer.concat((await content.toArray()) as Buffer[]);
      kept.push({ bytes, name, type });
      return { data: 'filesystem', mimeType: type! };
    };
  const receive = async (
    stream: Readable,
    { reference = FILE, fail }: { reference?: MediaReference; fail?: Error } = {},
  ) => {
    const kept: Kept[] = [];
    const asked: unknown[][] = [];
    const bot = { download: async (...args: unknown[]) => (asked.push(args), stream) };
    const result = receiveFile(reference, { bot, prepareBinaryData: keep(kept, fail) }, OPTIONS);
    const error = await result.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { kept, asked, error };
  };
  const streamOf = (...pieces: Buffer[]): Readable => Readable.from(pieces, { objectMode: false });

  it.each([0, 1, 4_099, 4_100, 4_101, 50_000])(
    'gives %i bytes on as they came, in whatever pieces',
    async (size) => {
      // With a zero, or a short one may be a text by chance.
      const bytes = randomBytes(size).fill(0, 0, Math.min(1, size));
      for (const cut of [1_000, 4_100, 100_000]) {
        const pieces = Array.from({ length: Math.ceil(size / cut) }, (_, i) =>
          bytes.subarray(i * cut, (i + 1) * cut),
        );
        const { kept, error } = await receive(streamOf(...pieces));
        expect(error).toBeUndefined();
        expect(kept[0]!.bytes.equals(bytes)).toBe(true);
        expect(kept[0]).toMatchObject({ name: 'a.bin', type: 'application/octet-stream' });
      }
    },
  );

  it('asks the bot with the limits and the hosts of the user', async () => {
    const { asked } = await receive(streamOf(Buffer.from('x')));
    expect(asked[0]!.slice(0, 3)).toEqual([FILE, OPTIONS, ['a.example']]);
  });

  it.each([0, 10_000])(
    'fails with what the download failed with after %i bytes, however n8n wraps it',
    async (size) => {
      const failure = new ILinkMediaError('damaged', { code: 'other_md5' });
      const stream = Readable.from(
        (async function* () {
          yield randomBytes(size + 1);
          throw failure;
        })(),
        { objectMode: false },
      );
      const { error, kept } = await receive(stream);
      expect(error).toBe(failure);
      expect(kept).toEqual([]);
      expect(stream.destroyed).toBe(true);
    },
  );

  it('says that n8n could not keep the file, and ends the download', async () => {
    const stream = streamOf(randomBytes(10), randomBytes(100_000));
    const { error } = await receive(stream, {
      fail: Object.assign(new Error('/secret/path'), { code: 'ENOSPC' }),
    });
    expect(error).toBeInstanceOf(InputProblem);
    expect(error).toMatchObject({
      message: 'n8n could not keep the file',
      next: expect.stringContaining('(ENOSPC)'),
    });
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(stream.destroyed).toBe(true);
  });

  it('does not collect a voice message without end', async () => {
    const endless = Readable.from(
      (async function* () {
        yield Buffer.from('\x02#!SILK_V3', 'latin1');
        for (let i = 0; i < 200; i++) yield randomBytes(65_536);
      })(),
      { objectMode: false },
    );
    const { error } = await receive(endless, { reference: { kind: 'voice', media: {} } });
    expect(error).toMatchObject({ problem: 'not_decodable' });
    expect(endless.destroyed).toBe(true);
  });
});
