import { Uploads } from '../../../../bot/send/uploads';
import { ILinkApiError } from '../../../../ilink/errors';
import { measure, type MediaFile, type MediaSource } from '../../../../ilink/media';
import type { UploadRequest } from '../../../../ilink/wire';
import { Readable } from 'node:stream';
import { FakeClock } from '../../../support/fake-clock';

const TO = 'u@im.wechat';

let clock: FakeClock;
let announced: UploadRequest[];
let refuse: boolean;
let uploads: Uploads;
beforeEach(() => {
  clock = new FakeClock();
  announced = [];
  refuse = false;
  let bytes = 0;
  uploads = new Uploads({
    client: {
      getUploadUrl: async (request) => {
        announced.push(request);
        if (refuse) throw new ILinkApiError('getuploadurl', { ret: -2 }, []);
        return { upload_full_url: 'http://cdn.example/upload' };
      },
    },
    transport: {
      exchange: async ({ body }) => {
        for await (const _piece of body as AsyncIterable<Buffer>);
        const headers = { 'x-encrypted-param': `param ${announced.length}` };
        return { status: 200, headers, body: Buffer.alloc(0) };
      },
    },
    clock,
    random: (size) => Buffer.alloc(size, ++bytes),
    cdnBaseUrl: 'http://cdn.example/c2c',
  });
});

async function file(content: string, more: Partial<MediaFile> = {}): Promise<MediaFile> {
  const source: MediaSource = { open: async () => Readable.from([Buffer.from(content)]) };
  return { kind: 'file', name: 'a.txt', source, measured: await measure(source, 100), ...more };
}

describe('Uploads', () => {
  it('uploads the same file to the same person once in an execution, also under another name', async () => {
    const first = await uploads.upload(await file('x'), TO, { execution: '1' });
    const second = await uploads.upload(await file('x', { name: 'b.txt' }), TO, { execution: '1' });
    expect(announced).toHaveLength(1);
    expect(second).toEqual({ ...first, file_name: 'b.txt' });
  });

  it.each([
    [
      'another person: the announcement names one',
      async () => [await file('x'), 'v@im.wechat', '1'] as const,
    ],
    ['another execution', async () => [await file('x'), TO, '2'] as const],
    ['other content', async () => [await file('y'), TO, '1'] as const],
    ['another kind', async () => [await file('x', { kind: 'image' }), TO, '1'] as const],
    ['an execution without an id', async () => [await file('x'), TO, undefined] as const],
  ])('uploads it again for %s', async (_what, make) => {
    await uploads.upload(await file('x'), TO, { execution: '1' });
    const [again, to, execution] = await make();
    await uploads.upload(again, to, { ...(execution && { execution }) });
    expect(announced).toHaveLength(2);
    expect(new Set(announced.map(({ aeskey }) => aeskey)).size).toBe(2);
  });

  it('uploads it again after ten minutes', async () => {
    await uploads.upload(await file('x'), TO, { execution: '1' });
    clock.set(9 * 60_000);
    await uploads.upload(await file('x'), TO, { execution: '1' });
    expect(announced).toHaveLength(1);
    clock.set(60_000);
    await uploads.upload(await file('x'), TO, { execution: '1' });
    expect(announced).toHaveLength(2);
  });

  it('remembers no upload that failed', async () => {
    refuse = true;
    await expect(uploads.upload(await file('x'), TO, { execution: '1' })).rejects.toMatchObject({
      kind: 'upload_refused',
    });
    refuse = false;
    await uploads.upload(await file('x'), TO, { execution: '1' });
    expect(announced).toHaveLength(2);
  });

  it('remembers the latest 200, so that a long loop does not fill the memory', async () => {
    for (let i = 0; i <= 200; i++) await uploads.upload(await file(`x${i}`), TO, { execution: '1' });
    await uploads.upload(await file('x200'), TO, { execution: '1' });
    await uploads.upload(await file('x1'), TO, { execution: '1' });
    expect(announced).toHaveLength(201);
    await uploads.upload(await file('x0'), TO, { execution: '1' });
    expect(announced).toHaveLength(202);
  });
});
