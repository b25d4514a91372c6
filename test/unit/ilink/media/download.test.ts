import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { getEventListeners, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { Agent } from 'undici';

import type { Clock } from '../../../../ilink/clock';
import { download, type DownloadBounds } from '../../../../ilink/media/download';
import type { MediaReference } from '../../../../ilink/media/reference';
import { MediaHosts } from '../../../../ilink/media/hosts';
import { Transport } from '../../../../ilink/transport';
import { FakeClock } from '../../../support/fake-clock';
import { HttpServer } from '../../../support/http-server';

const KEY = randomBytes(16);
const PLAIN = randomBytes(100_003);
const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

function encrypted(plain: Buffer, key = KEY): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

/** Pauses before a next try are over at once; limits never come, unless the test moves the time. */
class HastyClock extends FakeClock {
  readonly pauses: number[] = [];

  override after(delayMs: number, callback: () => void): () => void {
    if (delayMs >= 10_000) return super.after(delayMs, callback);
    this.pauses.push(delayMs);
    const soon = setImmediate(callback);
    return () => clearImmediate(soon);
  }
}

describe('download', () => {
  let server: HttpServer;
  let dispatcher: Agent;
  let clock: HastyClock;
  const reference = (more: Partial<MediaReference> = {}): MediaReference => ({
    kind: 'video',
    media: {
      full_url: `${server.url}/c2c/download?encrypted_query_param=p`,
      aes_key: KEY.toString('base64'),
    },
    ...more,
  });
  const LIMITS: DownloadBounds = { maxBytes: 1_000_000, timeoutMs: 300_000 };
  const open = (file = reference(), limits: Partial<DownloadBounds> = {}, signal?: AbortSignal) => {
    const transport = new Transport({ dispatcher, clock: clock as Clock });
    const hosts = new MediaHosts({ cdnBaseUrl: `${server.url}/c2c`, apiBaseUrl: server.url });
    return download(file, { transport, clock, hosts }, { ...LIMITS, ...limits }, signal);
  };
  const read = async (...args: Parameters<typeof open>): Promise<Buffer> => {
    const pieces: Buffer[] = [];
    for await (const piece of await open(...args)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
  /** One answer per request; the last one for all that follow. */
  const answerWith = (...answers: Array<(response: ServerResponse) => void>): void => {
    server.handler = (_request, response) => (answers.length > 1 ? answers.shift()! : answers[0]!)(response);
  };
  const give = (body: Buffer) => (response: ServerResponse) => void response.end(body);
  const status =
    (code: number, headers = {}) =>
    (response: ServerResponse) =>
      void response.writeHead(code, headers).end('page');

  beforeEach(async () => {
    server = await new HttpServer().start();
    dispatcher = new Agent();
    clock = new HastyClock();
    answerWith(give(encrypted(PLAIN)));
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await server.stop();
  });

  it('gives the plain file', async () => {
    expect((await read()).equals(PLAIN)).toBe(true);
    expect(server.seen).toMatchObject([{ method: 'GET', url: '/c2c/download?encrypted_query_param=p' }]);
  });

  it('gives it for every length and however the pieces come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(300),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }),
        async (size, cuts) => {
          const plain = PLAIN.subarray(0, size);
          const body = encrypted(plain);
          server.handler = (_request, response) => void writeInPieces(response, body, cuts);
          expect((await read(reference({ kind: 'file', size, md5: md5(plain) }))).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 15, 16, 17, 4_095, 4_096, 65_535, 65_536, 65_537])(
    'gives a file of %i bytes',
    async (size) => {
      answerWith(give(encrypted(PLAIN.subarray(0, size))));
      expect((await read()).equals(PLAIN.subarray(0, size))).toBe(true);
    },
  );

  it('gives an image without a key as it is', async () => {
    answerWith(give(PLAIN));
    const { full_url } = reference().media;
    expect((await read(reference({ kind: 'image', media: { full_url: full_url! } }))).equals(PLAIN)).toBe(
      true,
    );
  });

  it('decrypts an image with the key of its item', async () => {
    const image = reference({ kind: 'image', aeskey: KEY.toString('hex') });
    image.media.aes_key = randomBytes(16).toString('base64');
    expect((await read(image)).equals(PLAIN)).toBe(true);
  });

  describe('fails, for this file only,', () => {
    const failure = async (...args: Parameters<typeof read>) =>
      read(...args).then(
        () => undefined,
        (error: unknown) => error as Error & { problem?: string; kind?: string; code?: string },
      );

    it('without a key for anything but an image', async () => {
      const { full_url } = reference().media;
      expect(await failure(reference({ kind: 'file', media: { full_url: full_url! } }))).toMatchObject({
        problem: 'no_key',
      });
      expect(
        await failure(reference({ kind: 'image', aeskey: 'no key', media: { full_url: full_url! } })),
      ).toMatchObject({
        problem: 'no_key',
      });
      expect(server.seen).toHaveLength(0);
    });

    it('when the reference says nowhere where the file is', async () => {
      expect(await failure(reference({ media: { aes_key: KEY.toString('base64') } }))).toMatchObject({
        problem: 'no_address',
      });
    });

    it('when it is on a foreign host, without asking that one', async () => {
      const media = { full_url: 'http://127.0.0.1:1/x', aes_key: KEY.toString('base64') };
      expect(await failure(reference({ media }))).toMatchObject({
        problem: 'foreign_host',
        facts: { seen: { code: 'host', facts: { host: '127.0.0.1:1' } } },
      });
    });

    it('when the key does not fit', async () => {
      // One wrong key in 256 leaves a padding that looks right, so this one is known not to.
      const key = Buffer.alloc(16, 3);
      answerWith(give(encrypted(Buffer.alloc(1_000), Buffer.alloc(16, 4))));
      const wrong = reference({ aeskey: key.toString('hex') });
      expect(await failure(wrong)).toMatchObject({ problem: 'key_does_not_fit' });
    });

    it('when the key does not fit and the padding looks right all the same', async () => {
      const key = randomBytes(16);
      // As a wrong key would: the padding is right, and the length is not.
      answerWith(give(encrypted(Buffer.alloc(47, 9), key)));
      const file = (size: number): MediaReference =>
        reference({ kind: 'file', size, aeskey: key.toString('hex') });
      expect(await failure(file(40))).toMatchObject({ problem: 'key_does_not_fit' });
      expect(await failure({ ...file(47), md5: md5(PLAIN) })).toMatchObject({ problem: 'damaged' });
      expect((await read(file(47))).length).toBe(47);
    });

    it('when the size in the message cannot be that of the file, it does not: that is not believed', async () => {
      expect((await read(reference({ kind: 'file', size: 5 }))).equals(PLAIN)).toBe(true);
    });

    it.each([
      ['says that it is one', { 'content-type': 'text/html; charset=utf-8' }, 'Please log in'],
      ['begins like one', {}, '\n<!DOCTYPE html><title>Please log in</title>'],
    ])('when a web page comes instead that %s, which is not called damage', async (_what, headers, body) => {
      answerWith((response) => void response.writeHead(200, headers).end(body));
      expect(await failure()).toMatchObject({
        problem: 'web_page',
        code: 'web_page',
      });
      expect(server.seen).toHaveLength(1);
    });

    it('when the bytes are damaged and the MD5 is known', async () => {
      const body = encrypted(PLAIN);
      body[5_000]! ^= 1;
      answerWith(give(body));
      expect(await failure(reference({ md5: md5(PLAIN) }))).toMatchObject({ problem: 'damaged' });
    });

    it.each([
      ['is cut off inside a block', 50_001],
      ['is empty', 0],
    ])('when the body %s', async (_what, length) => {
      answerWith(give(encrypted(PLAIN).subarray(0, length)));
      expect(await failure()).toMatchObject({ problem: 'damaged' });
    });

    it('when the body is cut off between blocks', async () => {
      const body = encrypted(Buffer.alloc(1_000, 0x61)).subarray(0, 512);
      answerWith(give(body));
      expect(await failure()).toMatchObject({ problem: 'key_does_not_fit' });
    });

    it.each([400, 401, 403, 404, 410])('when the CDN answers %i, which is asked once', async (code) => {
      answerWith(status(code, { 'x-error-message': 'file expired' }));
      expect(await failure()).toMatchObject({
        kind: 'media_gone',
        facts: { seen: { code: 'status', facts: { status: code, phrase: 'file expired' } } },
      });
      expect(server.seen).toHaveLength(1);
    });

    it('when the CDN fails three times', async () => {
      answerWith(status(503));
      expect(await failure()).toMatchObject({ kind: 'server_trouble' });
      expect(server.seen).toHaveLength(3);
      expect(clock.pauses).toEqual([500, 1_000]);
    });

    it('when the connection breaks three times at the same place', async () => {
      server.handler = (_request, response) => breakAfter(response, 5_000);
      expect(await failure()).toMatchObject({ kind: 'unreachable' });
      expect(server.seen.length).toBeGreaterThanOrEqual(3);
      expect(server.seen.length).toBeLessThanOrEqual(4);
    });

    it('when it is larger than the limit, by what the server says', async () => {
      expect(await failure(reference(), { maxBytes: PLAIN.length - 100 })).toMatchObject({
        problem: 'too_large',
        kind: 'media_too_large',
      });
    });

    it('when it is larger than the limit, by what comes', async () => {
      const body = encrypted(PLAIN);
      server.handler = (_request, response) => void writeInPieces(response, body, [10_000]);
      expect(await failure(reference(), { maxBytes: PLAIN.length - 1 })).toMatchObject({
        problem: 'too_large',
      });
      expect((await read(reference(), { maxBytes: PLAIN.length })).length).toBe(PLAIN.length);
    });

    it('when it was another, shorter file the second time', async () => {
      answerWith((response) => breakAfter(response, 5_000), give(Buffer.alloc(160)));
      expect(await failure()).toMatchObject({ problem: 'damaged' });
    });

    it('when the server is redirecting to a foreign host', async () => {
      answerWith(status(302, { location: 'http://127.0.0.1:1/elsewhere' }));
      expect(await failure()).toMatchObject({
        problem: 'foreign_host',
        facts: { seen: { code: 'redirected', facts: { host: '127.0.0.1:1' } } },
      });
    });

    it('when redirects go round in circles', async () => {
      answerWith(status(302, { location: '/c2c/download' }));
      expect(await failure()).toMatchObject({ kind: 'media_gone' });
      expect(server.seen).toHaveLength(4);
    });

    it('and names neither key nor address parameter', async () => {
      answerWith(status(404));
      const error = await failure();
      const told = JSON.stringify([error, error!.message, error!.stack]);
      expect(told).not.toContain(KEY.toString('base64'));
      expect(told).not.toContain('encrypted_query_param=p');
    });
  });

  it('follows a redirect within the allowed hosts', async () => {
    answerWith(status(302, { location: '/c2c/other?a=b' }), give(encrypted(PLAIN)));
    expect((await read()).equals(PLAIN)).toBe(true);
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/c2c/download?encrypted_query_param=p',
      '/c2c/other?a=b',
    ]);
  });

  it('asks again when the CDN fails once', async () => {
    answerWith(status(502), give(encrypted(PLAIN)));
    expect((await read()).equals(PLAIN)).toBe(true);
    expect(server.seen).toHaveLength(2);
  });

  it.each([1, 4_999, 16_384, 70_000])(
    'goes on after %i bytes when the connection breaks in the middle',
    async (bytes) => {
      answerWith((response) => breakAfter(response, bytes), give(encrypted(PLAIN)));
      expect((await read(reference({ md5: md5(PLAIN) }))).equals(PLAIN)).toBe(true);
      expect(server.seen).toHaveLength(2);
    },
  );

  it('counts tries only while nothing comes', async () => {
    const lengths = [10_000, 20_000, 30_000, 40_000, 50_000];
    answerWith(
      ...lengths.map((bytes) => (response: ServerResponse) => breakAfter(response, bytes)),
      give(encrypted(PLAIN)),
    );
    expect((await read()).equals(PLAIN)).toBe(true);
    expect(server.seen).toHaveLength(6);
  });

  it('asks again when the server falls silent in the middle', async () => {
    const silent = Promise.withResolvers<void>();
    answerWith(
      (response) => {
        response.writeHead(200).write(encrypted(PLAIN).subarray(0, 1_000));
        silent.resolve();
      },
      give(encrypted(PLAIN)),
    );
    const stream = await open();
    const reading = stream.toArray();
    await silent.promise;
    await once(stream, 'readable');
    await clock.advance(31_000);
    expect(Buffer.concat(await reading).equals(PLAIN)).toBe(true);
  });

  it('gives up when the time for all of it is over', async () => {
    server.handler = (_request, response) =>
      void response.writeHead(200).write(encrypted(PLAIN).subarray(0, 1_000));
    const stream = await open(reference(), { timeoutMs: 20_000 });
    const reading = expect(stream.toArray()).rejects.toMatchObject({
      kind: 'timed_out',
      code: 'fetch_timed_out',
    });
    await once(stream, 'readable');
    await clock.advance(20_000);
    await reading;
    expect(server.seen).toHaveLength(1);
  });

  it('ends with the reason of the abort, and leaves no listener and no connection behind', async () => {
    const abort = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.handler = (_request, response) => {
        response.once('close', resolve);
        response.writeHead(200).write(encrypted(PLAIN).subarray(0, 1_000));
      };
    });
    const stream = await open(reference(), {}, abort.signal);
    const reading = expect(stream.toArray()).rejects.toThrow('enough');
    abort.abort(new Error('enough'));
    await reading;
    await closed;
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('ends the request when the stream is thrown away, read or unread', async () => {
    for (const begin of [false, true]) {
      const closed = new Promise<void>((resolve) => {
        server.handler = (_request, response) => {
          response.once('close', resolve);
          response.writeHead(200).write(encrypted(PLAIN).subarray(0, 50_000));
        };
      });
      const stream = await open();
      if (begin) await once(stream, 'readable');
      stream.destroy();
      await closed;
    }
    expect(clock.pending).toBe(0);
  });

  it('does nothing when it was aborted before', async () => {
    await expect(open(reference(), {}, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.seen).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });
});

async function writeInPieces(response: ServerResponse, body: Buffer, cuts: number[]): Promise<void> {
  let at = 0;
  for (let i = 0; at < body.length; i++) {
    const next = at + cuts[i % cuts.length]!;
    response.write(body.subarray(at, next));
    at = next;
    if (i % 2 === 0) await new Promise(setImmediate);
  }
  response.end();
}

/** Sends so many bytes of the file, and cuts the connection when they are out. */
function breakAfter(response: ServerResponse, bytes: number): void {
  const body = encrypted(PLAIN);
  response.writeHead(200, { 'content-length': body.length });
  response.write(body.subarray(0, bytes), () => setImmediate(() => response.destroy()));
}
