import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Agent } from 'undici';

import type { ILinkClient } from '../../../ilink/client';
import { systemClock } from '../../../ilink/clock';
import {
  cipherSize,
  decrypt,
  encrypt,
  mediaItem,
  uploadMedia,
  type UploadedMedia,
} from '../../../ilink/media';
import { Transport } from '../../../ilink/transport';
import type { GetUploadUrlReply, UploadRequest } from '../../../ilink/wire';
import { HttpServer } from '../../support/http-server';

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

describe('the cipher', () => {
  it('agrees with the published AES-128 vector', () => {
    const plain = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    expect(encrypt(plain, KEY).subarray(0, 16).toString('hex')).toBe('69c4e0d86a7b0430d8cdb78070b4c55a');
  });

  it('gives back what was put in, and has the size that is announced', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
        const encrypted = encrypt(Buffer.from(bytes), KEY);
        expect(encrypted).toHaveLength(cipherSize(bytes.length));
        expect(decrypt(encrypted, KEY).equals(bytes)).toBe(true);
      }),
    );
  });

  it('does not decrypt with another key', () => {
    expect(() => decrypt(encrypt(Buffer.from('hello'), KEY), Buffer.alloc(16, 7))).toThrow();
  });
});

describe('uploadMedia', () => {
  let cdn: HttpServer;
  let dispatcher: Agent;
  let announced: UploadRequest[];
  const bytes = Buffer.from('the plain file');

  const upload = (reply: GetUploadUrlReply): Promise<UploadedMedia> => {
    const client = {
      getUploadUrl: async (request: UploadRequest) => {
        announced.push(request);
        return reply;
      },
    } as unknown as ILinkClient;
    let next = 1;
    const random = (size: number): Buffer => Buffer.alloc(size, next++);
    const transport = new Transport({ dispatcher, clock: systemClock });
    const deps = { client, transport, random, cdnBaseUrl: `${cdn.url}/c2c` };
    return uploadMedia({ kind: 'image', bytes, name: 'a.png' }, 'u@im.wechat', deps);
  };

  beforeEach(async () => {
    cdn = await new HttpServer().start();
    cdn.handler = (_request, response) => response.writeHead(200, { 'x-encrypted-param': 'down' }).end();
    dispatcher = new Agent();
    announced = [];
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await cdn.stop();
  });

  it('announces sizes, MD5 and key, and posts the encrypted bytes', async () => {
    const uploaded = await upload({ upload_full_url: `${cdn.url}/full?x=1` });
    expect(announced).toEqual([
      {
        filekey: '02'.repeat(16),
        media_type: 1,
        to_user_id: 'u@im.wechat',
        rawsize: bytes.length,
        rawfilemd5: createHash('md5').update(bytes).digest('hex'),
        filesize: 16,
        aeskey: '01'.repeat(16),
      },
    ]);
    expect(cdn.seen[0]).toMatchObject({ method: 'POST', url: '/full?x=1' });
    expect(cdn.seen[0]!.headers['content-type']).toBe('application/octet-stream');
    expect(decrypt(cdn.seen[0]!.body, Buffer.alloc(16, 1))).toEqual(bytes);
    expect(uploaded).toMatchObject({
      encrypt_query_param: 'down',
      plainBytes: bytes.length,
      cipherBytes: 16,
    });
  });

  it('prefers the full address to the parameter', async () => {
    await upload({ upload_full_url: `${cdn.url}/full`, upload_param: 'p' });
    expect(cdn.seen[0]!.url).toBe('/full');
  });

  it('makes the address from the parameter when there is no full one', async () => {
    await upload({ upload_param: 'a+/=' });
    expect(cdn.seen[0]!.url).toBe(`/c2c/upload?encrypted_query_param=a%2B%2F%3D&filekey=${'02'.repeat(16)}`);
  });

  it('fails when neither came', async () => {
    await expect(upload({})).rejects.toMatchObject({ kind: 'unintelligible' });
  });

  it('does not repeat what the CDN refused, and keeps its reason', async () => {
    cdn.handler = (_request, response) => response.writeHead(403, { 'x-error-message': 'no quota' }).end();
    const failure = await upload({ upload_param: 'p' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 403, detail: 'cdn_upload answered HTTP 403, "no quota"' });
    expect(cdn.seen).toHaveLength(1);
  });

  it('repeats after a server error, with the same bytes', async () => {
    cdn.handler = (_request, response) => {
      if (cdn.seen.length < 3) response.writeHead(500).end();
      else response.writeHead(200, { 'x-encrypted-param': 'third' }).end();
    };
    expect(await upload({ upload_param: 'p' })).toMatchObject({ encrypt_query_param: 'third' });
    expect(new Set(cdn.seen.map(({ body }) => body.toString('hex'))).size).toBe(1);
  });

  it('gives up after three tries, also when the header is missing', async () => {
    cdn.handler = (_request, response) => response.writeHead(200).end();
    await expect(upload({ upload_param: 'p' })).rejects.toMatchObject({ kind: 'unintelligible' });
    expect(cdn.seen).toHaveLength(3);
  });
});

describe('mediaItem', () => {
  const uploaded = {
    name: '报告.pdf',
    encrypt_query_param: 'q',
    aesKeyHex: 'ab'.repeat(16),
    plainBytes: 20,
    cipherBytes: 32,
  };
  // Base64 of the 32 hex characters: base64 of the raw key would give a grey image.
  const media = {
    encrypt_query_param: 'q',
    aes_key: Buffer.from('ab'.repeat(16)).toString('base64'),
    encrypt_type: 1,
  };

  it('names the encrypted size of an image and a video, and the plain size of a file as text', () => {
    expect(mediaItem({ kind: 'image', ...uploaded })).toEqual({
      type: 2,
      image_item: { media, mid_size: 32 },
    });
    expect(mediaItem({ kind: 'video', ...uploaded })).toEqual({
      type: 5,
      video_item: { media, video_size: 32 },
    });
    expect(mediaItem({ kind: 'file', ...uploaded })).toEqual({
      type: 4,
      file_item: { media, file_name: '报告.pdf', len: '20' },
    });
  });
});
