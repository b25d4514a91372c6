import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { Agent } from 'undici';

import { decrypt } from '../../../../emulator/media-cipher';
import { ILinkApiError, ILinkHttpError } from '../../../../ilink/errors';
import {
  measure,
  uploadMedia,
  type MediaSource,
  type UploadDeps,
  type MediaKind,
  type MediaReference,
} from '../../../../ilink/media';
import { Transport } from '../../../../ilink/transport';
import type { GetUploadUrlReply, UploadRequest } from '../../../../ilink/wire';
import { FakeClock } from '../../../support/fake-clock';

const KEY = Buffer.alloc(16, 1);
const SMALL = Buffer.from('the plain file');
/** More than the buffers of a connection hold. */
const LARGE = Buffer.alloc(24_000_000, 'a large file ');

/** What a CDN does with one upload. It reads the body itself, or does not. */
type Behaviour = (request: IncomingMessage, response: ServerResponse, tries: number) => void | Promise<void>;

/** A CDN that behaves as a test wants, good or bad. */
class Cdn {
  readonly tries: Array<{ request: IncomingMessage; body?: Buffer }> = [];
  behaviour: Behaviour = (request, response) => this.take(request, response);
  private readonly server: Server = createServer((request, response) => {
    request.on('error', () => undefined);
    this.tries.push({ request });
    void this.behaviour(request, response, this.tries.length);
  });

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What a good CDN does. */
  async take(request: IncomingMessage, response: ServerResponse, param = 'down'): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    this.tries[this.tries.length - 1]!.body = Buffer.concat(pieces);
    response.writeHead(200, { 'x-encrypted-param': param }).end();
  }

  get plain(): Buffer {
    return decrypt(this.tries.at(-1)!.body!, KEY);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

let cdn: Cdn;
let dispatcher: Agent;
let clock: FakeClock;
let announced: UploadRequest[];
let opened: number;
let answerAnnouncement: () => GetUploadUrlReply;
beforeEach(async () => {
  cdn = await new Cdn().start();
  dispatcher = new Agent();
  clock = new FakeClock();
  announced = [];
  opened = 0;
  answerAnnouncement = () => ({ upload_full_url: `${cdn.url}/full?x=1` });
});
afterEach(async () => {
  await dispatcher.destroy();
  await cdn.stop();
});

function sourceOf(bytes: Buffer, pieceBytes = 65_536): MediaSource {
  const pieces = function* (): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  };
  return {
    open: async () => {
      opened++;
      return Readable.from(pieces(), { objectMode: false });
    },
  };
}

function deps(): UploadDeps {
  const client = {
    getUploadUrl: async (request: UploadRequest) => {
      announced.push(request);
      return answerAnnouncement();
    },
  };
  let next = 1;
  const random = (size: number): Buffer => Buffer.alloc(size, next++);
  return {
    client,
    transport: new Transport({ dispatcher, clock }),
    clock,
    random,
    cdnBaseUrl: `${cdn.url}/c2c`,
  };
}

/** Uploads, and lets time pass whenever nothing else can happen. */
async function upload(
  source: MediaSource = sourceOf(SMALL),
  {
    kind = 'image',
    signal,
    measured,
  }: Partial<Parameters<typeof uploadMedia>[0]> & { signal?: AbortSignal } = {},
): Promise<MediaReference<MediaKind>> {
  const facts = measured ?? (await measure(source, 1e9));
  opened = 0;
  const result = uploadMedia({ kind, name: 'a.png', source, measured: facts }, 'u@im.wechat', deps(), signal);
  let over = false;
  void result.catch(() => undefined).finally(() => (over = true));
  while (!over) {
    for (let turn = 0; turn < 20 && !over; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!over) await clock.advance(100);
  }
  return result;
}

describe('uploadMedia', () => {
  it('announces sizes, MD5 and key, and posts the encrypted bytes with their exact length', async () => {
    const uploaded = await upload();
    expect(announced).toEqual([
      {
        filekey: '02'.repeat(16),
        media_type: 1,
        to_user_id: 'u@im.wechat',
        rawsize: SMALL.length,
        rawfilemd5: createHash('md5').update(SMALL).digest('hex'),
        filesize: 16,
        aeskey: KEY.toString('hex'),
      },
    ]);
    const [{ request }] = cdn.tries as [{ request: IncomingMessage }];
    expect(request).toMatchObject({ method: 'POST', url: '/full?x=1' });
    expect(request.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '16',
    });
    expect(request.headers['transfer-encoding']).toBeUndefined();
    expect(cdn.plain).toEqual(SMALL);
    expect(uploaded).toEqual({
      kind: 'image',
      file_name: 'a.png',
      size: 16,
      md5: createHash('md5').update(SMALL).digest('hex'),
      // Base64 of the 32 hex characters: base64 of the raw key would give a grey image.
      media: {
        encrypt_query_param: 'down',
        aes_key: Buffer.from(KEY.toString('hex')).toString('base64'),
        encrypt_type: 1,
      },
    });
  });

  it('takes the file to the other end whole, whatever its length and its pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5_000 }),
        fc.integer({ min: 1, max: 700 }),
        async (bytes, piece) => {
          const plain = Buffer.from(bytes);
          const uploaded = await upload(sourceOf(plain, piece));
          expect(cdn.plain.equals(plain)).toBe(true);
          expect(uploaded.size).toBe(cdn.tries.at(-1)!.body!.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['image', 1],
    ['video', 2],
    ['file', 3],
  ] as const)('announces a %s as media_type %i', async (kind, media_type) => {
    await upload(undefined, { kind });
    expect(announced).toMatchObject([{ media_type }]);
  });
});

describe('Where a file is uploaded to', () => {
  it('prefers the full address to the parameter', async () => {
    answerAnnouncement = () => ({ upload_full_url: ` ${cdn.url}/full `, upload_param: 'p' });
    await upload();
    expect(cdn.tries[0]!.request.url).toBe('/full');
  });

  it.each([undefined, '', 'no address'])(
    'makes the address from the parameter when the full one is %j',
    async (full) => {
      answerAnnouncement = () => ({
        upload_param: 'a+/=',
        ...(full !== undefined && { upload_full_url: full }),
      });
      await upload();
      const query = `encrypted_query_param=a%2B%2F%3D&filekey=${'02'.repeat(16)}`;
      expect(cdn.tries[0]!.request.url).toBe(`/c2c/upload?${query}`);
    },
  );

  it('fails when neither came', async () => {
    answerAnnouncement = () => ({});
    await expect(upload()).rejects.toMatchObject({ kind: 'unintelligible', endpoint: 'getuploadurl' });
  });
});

describe('An announcement that fails', () => {
  const refusal = (ret: number) => new ILinkApiError('getuploadurl', { ret }, []);

  it('is not repeated when the account may not upload', async () => {
    answerAnnouncement = () => {
      throw refusal(-2);
    };
    await expect(upload()).rejects.toMatchObject({ kind: 'upload_refused' });
    expect([announced.length, cdn.tries.length]).toEqual([1, 0]);
  });

  it('is repeated once after -1, which is an unknown recipient or trouble that passes', async () => {
    answerAnnouncement = () => {
      if (announced.length === 1) throw refusal(-1);
      return { upload_full_url: `${cdn.url}/full` };
    };
    await upload();
    expect(announced).toHaveLength(2);
    expect(announced[0]).toEqual(announced[1]);
    answerAnnouncement = () => {
      throw refusal(-1);
    };
    announced = [];
    await expect(upload()).rejects.toMatchObject({ errcode: -1 });
    expect(announced).toHaveLength(2);
  });

  it('is repeated twice when the server has a problem', async () => {
    answerAnnouncement = () => {
      throw new ILinkHttpError('getuploadurl', 502);
    };
    await expect(upload()).rejects.toMatchObject({ kind: 'server_trouble' });
    expect(announced).toHaveLength(3);
  });

  it.each([{ upload_full_url: {} }, { upload_param: { a: 1 } }, { upload_full_url: 7, upload_param: null }])(
    'may hold anything where a text belongs: %j',
    async (answer) => {
      answerAnnouncement = () => answer as GetUploadUrlReply;
      await expect(upload()).rejects.toMatchObject({ kind: 'unintelligible' });
      expect(cdn.tries).toHaveLength(0);
    },
  );
});

describe('A CDN that fails', () => {
  const answering =
    (status: number, headers: Record<string, string> = {}): Behaviour =>
    async (request, response) => {
      request.resume();
      await once(request, 'end');
      response.writeHead(status, headers).end();
    };

  it('is not asked again after a 4xx, and its reason is kept', async () => {
    cdn.behaviour = answering(403, { 'x-error-message': 'no quota' });
    const failure = await upload().catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 403, facts: { seen: { facts: { phrase: 'no quota' } } } });
    expect(failure).toMatchObject({ code: 'file_refused' });
    expect(cdn.tries).toHaveLength(1);
  });

  it('may name its limit, which is the one in the text', async () => {
    cdn.behaviour = answering(413, { 'x-error-message': 'body of secret-name over 20 MB' });
    const failure = (await upload().catch((error: unknown) => error)) as ILinkHttpError;
    expect(failure.facts.limit).toEqual({ amount: 20, unit: 'MB' });
    expect(JSON.stringify(failure)).not.toContain('secret-name');
  });

  it('is asked again when it wants to be, and not at all when that is long', async () => {
    cdn.behaviour = (request, response, tries) =>
      tries < 2
        ? answering(503, { 'retry-after': '9' })(request, response, tries)
        : cdn.take(request, response, 'second');
    const startedAt = clock.now();
    await upload();
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(9_000);
    cdn.tries.length = 0;
    cdn.behaviour = answering(503, { 'retry-after': '31' });
    await expect(upload()).rejects.toMatchObject({ status: 503 });
    expect(cdn.tries).toHaveLength(1);
  });

  it('may refuse a large file before all of it came', async () => {
    cdn.behaviour = (request, response) => {
      request.once('data', () => response.writeHead(413, { 'x-error-message': 'too large' }).end());
      request.on('data', () => undefined);
    };
    await expect(upload(sourceOf(LARGE))).rejects.toMatchObject({
      status: 413,
      code: 'file_too_large',
    });
    expect(cdn.tries).toHaveLength(1);
  });

  it('gets the same bytes again after a server error, and pauses in between', async () => {
    cdn.behaviour = (request, response, tries) =>
      tries < 3 ? answering(500 + tries)(request, response, tries) : cdn.take(request, response, 'third');
    const startedAt = clock.now();
    expect(await upload()).toMatchObject({ media: { encrypt_query_param: 'third' } });
    expect(cdn.plain).toEqual(SMALL);
    expect([cdn.tries.length, opened]).toEqual([3, 3]);
    expect(new Set(cdn.tries.map(({ request }) => request.url)).size).toBe(1);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(1_500);
  });

  it('gets the file from its first byte after it dropped the connection in the middle', async () => {
    cdn.behaviour = (request, response, tries) => {
      if (tries > 1) return cdn.take(request, response);
      let size = 0;
      request.on('data', (piece: Buffer) => {
        size += piece.length;
        if (size > LARGE.length / 2) request.destroy();
      });
      return undefined;
    };
    await upload(sourceOf(LARGE));
    expect(cdn.plain.equals(LARGE)).toBe(true);
    expect([cdn.tries.length, opened]).toEqual([2, 2]);
  });

  it('is given up after three tries', async () => {
    cdn.behaviour = (request) => void request.destroy();
    await expect(upload()).rejects.toMatchObject({ kind: 'unreachable' });
    expect(cdn.tries).toHaveLength(3);
  });

  it('is given up after three tries, too, when it does not say where it put the file', async () => {
    cdn.behaviour = answering(200);
    await expect(upload()).rejects.toMatchObject({ kind: 'unintelligible' });
    expect(cdn.tries).toHaveLength(3);
  });

  it('is not followed to another address', async () => {
    cdn.behaviour = answering(302, { location: `${cdn.url}/elsewhere` });
    await expect(upload()).rejects.toMatchObject({ kind: 'wrong_address' });
    expect(cdn.tries).toHaveLength(1);
  });

  it('that stops taking the file is given up after two minutes, each time', async () => {
    cdn.behaviour = (request) => void request.pause();
    const startedAt = clock.now();
    await expect(upload(sourceOf(LARGE))).rejects.toMatchObject({
      kind: 'timed_out',
      code: 'file_server_timed_out',
    });
    expect(cdn.tries).toHaveLength(3);
    expect(clock.now() - startedAt).toBeGreaterThan(360_000);
  });

  it('may take as long as it needs, as long as the file moves', async () => {
    const startedAt = clock.now();
    cdn.behaviour = async (request, response) => {
      let size = 0;
      for await (const piece of request) {
        size += (piece as Buffer).length;
        await clock.advance(1_000);
      }
      expect(size).toBe(24_000_016);
      response.writeHead(200, { 'x-encrypted-param': 'slow' }).end();
    };
    expect(await upload(sourceOf(LARGE))).toMatchObject({ media: { encrypt_query_param: 'slow' } });
    expect(clock.now() - startedAt).toBeGreaterThan(240_000);
    expect(cdn.tries).toHaveLength(1);
  });
});

describe('A file that fails', () => {
  const measuredAs = (bytes: Buffer) => measure(sourceOf(bytes), 1e9);

  it.each([
    ['shorter', SMALL.subarray(0, 5)],
    ['longer', Buffer.concat([SMALL, SMALL, SMALL])],
  ])('and is %s than it was, ends the upload, and is not tried again', async (_what, bytes) => {
    const failure = await upload(sourceOf(bytes), { measured: await measuredAs(SMALL) }).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({ name: 'SourceProblem', code: 'changed' });
    expect(opened).toBe(1);
    expect(cdn.tries.every(({ body }) => body === undefined)).toBe(true);
  });

  it('while it is read says so, and not that WeChat could not be reached', async () => {
    const source: MediaSource = {
      open: async () =>
        Readable.from(
          (async function* () {
            opened++;
            yield SMALL.subarray(0, 5);
            throw new Error('disk gone');
          })(),
        ),
    };
    const failure = await upload(source, { measured: await measuredAs(SMALL) }).catch((error) => error);
    expect(failure).toMatchObject({ name: 'SourceProblem', code: 'unreadable' });
    expect(opened).toBe(1);
  });

  it('is closed when the upload fails', async () => {
    const streams: Readable[] = [];
    const plain = sourceOf(LARGE);
    const source = { open: async () => streams[streams.push(await plain.open()) - 1]! };
    cdn.behaviour = (_request, response) => void response.writeHead(400).end();
    await expect(upload(source)).rejects.toMatchObject({ status: 400 });
    expect(streams.map(({ destroyed }) => destroyed)).toEqual(streams.map(() => true));
  });
});

describe('An upload that is cancelled', () => {
  it('ends at once, in the middle of the file, and closes it', async () => {
    const abort = new AbortController();
    const streams: Readable[] = [];
    const plain = sourceOf(LARGE);
    const source = { open: async () => streams[streams.push(await plain.open()) - 1]! };
    cdn.behaviour = (request) => {
      request.once('data', () => abort.abort(new Error('cancelled')));
      request.on('data', () => undefined);
    };
    await expect(upload(source, { signal: abort.signal })).rejects.toThrow('cancelled');
    expect(cdn.tries).toHaveLength(1);
    expect(streams.at(-1)!.destroyed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('does not wait for the next try', async () => {
    const abort = new AbortController();
    cdn.behaviour = (request, response) => {
      request.resume();
      response.writeHead(500).end();
      setImmediate(() => abort.abort(new Error('cancelled')));
    };
    await expect(upload(undefined, { signal: abort.signal })).rejects.toThrow();
    expect(cdn.tries.length).toBeLessThan(3);
    expect(clock.pending).toBe(0);
  });
});
