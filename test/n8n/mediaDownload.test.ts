import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { NodeApiError, NodeOperationError, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import { readMessage } from '../../ilink/incoming';
import type { PersonMedia } from '../../emulator';
import { toItemJson } from '../../nodes/WeChat/trigger/item';
import { readWav, silkTone, strongestOf } from '../support/voice';
import { BINARY_MODES, useBinaryMode } from './harness/binaryModes';
import { REPLACE, START } from './harness/nodeTypes';
import { outputOf } from './harness/executions';
import { Stage, type Person } from './harness/stage';

/** Signature, IHDR, and an IDAT that goes on. */
const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.from('0000138849444154', 'hex'),
  randomBytes(5_000),
]);
const MP4 = Buffer.concat([
  Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex'),
  randomBytes(70_000),
]);
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(9_000)]);
const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => {
  owner = stage.newOwner();
});
afterEach(() => {
  stage.server.faults.clear();
  stage.server.settings.downloadStyle = 'both';
});
afterAll(() => stage.close());

/** The trigger's item of a message with these files. */
async function itemOf(...media: PersonMedia[]): Promise<INodeExecutionData> {
  const messages = [];
  for (const one of media) messages.push(await owner.writes({ media: one }));
  const item_list = messages.flatMap((message) => message.item_list);
  return { json: toItemJson(readMessage({ ...messages[0], item_list }), false) };
}

const file = (more: Partial<PersonMedia> = {}): PersonMedia => ({
  kind: 'file',
  name: 'report.pdf',
  bytes: PDF,
  ...more,
});

async function download(item: INodeExecutionData, parameters: IDataObject = {}): Promise<INodeExecutionData> {
  const [output] = await stage.n8n.execute(owner.download(parameters as never), [item]);
  return output!;
}

const bytesOf = (output: INodeExecutionData, field = 'data'): Promise<Buffer> =>
  stage.n8n.bytesOf(output.binary![field]!);

async function failure(item: INodeExecutionData, parameters: IDataObject = {}) {
  const error = await download(item, parameters).then(
    () => undefined,
    (thrown: NodeApiError | NodeOperationError) => thrown,
  );
  expect([NodeApiError, NodeOperationError]).toContain(error?.constructor);
  expect(error!.context.itemIndex).toBe(0);
  return error!;
}

describe('Media → Download', () => {
  test.each([
    ['image', PNG, undefined, 'image.png', 'image/png'],
    ['video', MP4, undefined, 'video.mp4', 'video/mp4'],
    ['file', PDF, 'report.pdf', 'report.pdf', 'application/pdf'],
    ['file', PNG, 'picture.txt', 'picture.txt.png', 'image/png'],
    ['file', Buffer.from('a,b\n1,2\n'), '数据 数据.csv', '数据 数据.csv', 'text/csv'],
    ['file', Buffer.from('تقرير'), 'تقرير السنة 🥟.txt', 'تقرير السنة 🥟.txt', 'text/plain'],
    ['file', randomBytes(100), 'data', 'data', 'application/octet-stream'],
    ['file', PDF, '../../etc/passwd.pdf', 'passwd.pdf', 'application/pdf'],
    ['file', PDF, 'C:\\Windows\\evil\u202Efdp.exe', 'evilfdp.exe.pdf', 'application/pdf'],
    ['file', PDF, '..', 'file.pdf', 'application/pdf'],
  ] as const)(
    'makes binary data of %s, byte for byte, with name and type',
    async (kind, bytes, name, fileName, mimeType) => {
      const item = await itemOf({ kind, bytes, ...(name && { name }) });
      const output = await download(item);
      expect(output.json).toEqual(item.json);
      expect(output.pairedItem).toEqual({ item: 0 });
      expect(Object.keys(output.binary!)).toEqual(['data']);
      expect(output.binary!.data).toMatchObject({ fileName, mimeType, bytes: bytes.length });
      expect(output.binary!.data!.directory).toBeUndefined();
      expect(md5(await bytesOf(output))).toBe(md5(bytes));
    },
  );

  test.each(['full_url', 'param', 'both'] as const)(
    'whether the message names the place by %s',
    async (style) => {
      stage.server.settings.downloadStyle = style;
      expect((await bytesOf(await download(await itemOf(file())))).equals(PDF)).toBe(true);
    },
  );

  test.each([
    ['image', 'raw'],
    ['image', 'hex'],
    ['image', 'none'],
    ['file', 'raw'],
    ['file', 'hex'],
    ['video', 'raw'],
    ['video', 'hex'],
  ] as const)('the key of %s written as %s', async (kind, key_encoding) => {
    const bytes = randomBytes(1_000);
    const output = await download(await itemOf({ kind, bytes, key_encoding }));
    expect((await bytesOf(output)).equals(bytes)).toBe(true);
  });

  test('all files of a message, each in its field, beside what the item has', async () => {
    const item = await itemOf(file(), { kind: 'image', bytes: PNG }, { kind: 'video', bytes: MP4 });
    const logo = await stage.n8n.file(Buffer.from('logo'), { mimeType: 'image/png' });
    const output = await download({ ...item, binary: { logo } }, { outputField: 'doc' });
    expect(Object.keys(output.binary!).sort()).toEqual(['doc', 'doc_1', 'doc_2', 'logo']);
    expect(
      await Promise.all(['doc', 'doc_1', 'doc_2'].map(async (field) => md5(await bytesOf(output, field)))),
    ).toEqual([PDF, PNG, MP4].map(md5));
  });

  test('an item without files passes through as it is', async () => {
    const logo = await stage.n8n.file(Buffer.from('logo'), { mimeType: 'image/png' });
    for (const item of [{ json: { text: 'hi', from_user_id: owner.id } }, { json: {}, binary: { logo } }]) {
      const { json, binary } = await download(item);
      expect({ json, ...(binary && { binary }) }).toEqual(item);
    }
  });

  test('the files of the trigger’s item, after a node that put something else in its place', async () => {
    const item = await itemOf(file());
    const run = await stage.n8n.run(
      [{ ...owner.trigger(), disabled: false }, { name: 'Replace', type: REPLACE }, owner.download()],
      [item],
    );
    expect(run.status).toBe('success');
    const [output] = outputOf(run, 'WeChat');
    expect(output!.json).toHaveProperty('answer');
    expect((await bytesOf(output!)).equals(PDF)).toBe(true);
  });

  test('the files of the message that was quoted', async () => {
    const { json } = await itemOf(file());
    const quoting = { json: { from_user_id: owner.id, text: 'what is this?', quote: { media: json.media } } };
    expect((await bytesOf(await download(quoting as never, { filesOf: 'quote' }))).equals(PDF)).toBe(true);
  });

  test.each([
    ['one entry', '={{ $json.media[1] }}'],
    ['a list', '={{ $json.media.slice(1) }}'],
    ['JSON text', '={{ JSON.stringify($json.media[1]) }}'],
  ])('references as %s', async (_what, references) => {
    const item = await itemOf(file(), { kind: 'image', bytes: PNG });
    const output = await download(item, { filesOf: 'references', references });
    expect((await bytesOf(output)).equals(PNG)).toBe(true);
  });

  test.each(['nonsense', '5', '[7]', '{"kind":"file"}'])(
    'a reference that is none (%s) is an error',
    async (references) => {
      const error = await failure({ json: {} }, { filesOf: 'references', references });
      expect(error.message).toMatch(/media reference/i);
      expect(error.description).toContain('"media" of a WeChat Trigger item');
    },
  );

  test('one file that fails is named in mediaError, and the others are there', async () => {
    const item = await itemOf(file(), file({ name: 'forwarded.doc', wrong_key: true }), {
      kind: 'image',
      bytes: PNG,
    });
    const output = await download(item);
    expect(Object.keys(output.binary!)).toEqual(['data', 'data_2']);
    expect(output.json.mediaError).toEqual([
      {
        index: 1,
        field: 'data_1',
        kind: 'file',
        file_name: 'forwarded.doc',
        error: expect.stringMatching(/could not be decrypted|damaged/),
        description: expect.stringContaining('Ask the sender to send the file once more'),
      },
    ]);
    expect(output.json.text).toBe(item.json.text);
  });

  test('a message none of whose files can be had is an error, or with "continue on fail" an item that says so', async () => {
    const item = await itemOf(file({ wrong_key: true }), file({ wrong_key: true }));
    expect((await failure(item)).message).toMatch(/^None of the 2 files could be fetched/);
    const single = await itemOf(file({ wrong_key: true }));
    expect((await failure(single)).message).toMatch(/could not be decrypted|damaged/);
    const [output] = await stage.n8n.execute(owner.download({}, { onError: 'continueRegularOutput' }), [
      single,
    ]);
    expect(output!.json.error).toMatch(/could not be decrypted|damaged/);
  });

  describe('with a CDN that fails', () => {
    test.each([404, 403])('%i: the file is not to be had, and is asked for once', async (status) => {
      const item = await itemOf(file());
      const before = stage.server.requests('cdn_download').length;
      stage.server.faults.add({ endpoint: 'cdn_download', status, times: 5 });
      const error = await failure(item);
      expect(error.message).toBe('WeChat does not give out this file (any more)');
      expect(error.description).toContain(`HTTP ${status}`);
      expect(stage.server.requests('cdn_download')).toHaveLength(before + 1);
    });

    test.each([
      ['fails once', { status: 503 }],
      ['cuts the connection once', { drop: 'before' }],
      ['cuts it instead of answering', { drop: 'after' }],
    ] as const)('that %s: the file is there all the same', async (_what, fault) => {
      const item = await itemOf(file());
      stage.server.faults.add({ endpoint: 'cdn_download', ...fault });
      expect((await bytesOf(await download(item))).equals(PDF)).toBe(true);
    });

    test.each([
      ['half of the file', { body: 'truncated' }],
      ['nothing', { body: 'empty' }],
      ['a page of a gateway', { body: 'html' }],
    ] as const)('that gives %s: an error for this file', async (_what, fault) => {
      const item = await itemOf(file(), { kind: 'image', bytes: PNG });
      stage.server.faults.add({ endpoint: 'cdn_download', ...fault });
      const output = await download(item);
      expect(Object.keys(output.binary!)).toHaveLength(1);
      expect(output.json.mediaError).toHaveLength(1);
    });

    test('that never answers: an error when the time is over', async () => {
      const item = await itemOf(file());
      stage.server.faults.add({ endpoint: 'cdn_download', silence: true });
      const error = await failure(item, { options: { timeout: 1 } });
      expect(error.message).toBe('The file did not arrive in time');
    });
  });

  test('a file above the limit is not fetched, and the limit can be raised', async () => {
    const item = await itemOf(file({ bytes: randomBytes(1024 * 1024 + 1) }));
    const error = await failure(item, { options: { maxFileSize: 1 } });
    expect(error.message).toBe('The file is larger than the limit');
    expect(error.description).toContain('Max File Size (MB)');
    expect((await download(item, { options: { maxFileSize: 2 } })).binary!.data!.bytes).toBe(1024 * 1024 + 1);
  });

  test('a file on a foreign host is not asked for, unless the user adds that host', async () => {
    const item = await itemOf(file());
    const { media } = (item.json.media as unknown as Array<{ media: IDataObject }>)[0]!;
    delete media.encrypt_query_param;
    media.full_url = String(media.full_url).replace('127.0.0.1', 'localhost');
    const { hostname, port } = new URL(String(media.full_url));
    expect((await failure(item)).message).toBe("The file is not on one of WeChat's media hosts");
    const options = { mediaHosts: `other.example.com, ${hostname}:${port}` };
    expect((await bytesOf(await download(item, { options }))).equals(PDF)).toBe(true);
  });

  test('leaves nothing of a file behind that failed in its end', async () => {
    const kept = (): string[] =>
      readdirSync(process.env.N8N_USER_FOLDER!, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.includes('binary_data'))
        .sort();
    const item = await itemOf(file({ bytes: randomBytes(300_000), wrong_key: true }));
    await download(await itemOf(file()));
    const before = kept();
    expect(before.length).toBeGreaterThan(0);
    await failure(item);
    const files = (names: string[]): string[] => names.filter((name) => /binary_data\/.+/.test(name));
    expect(files(kept())).toEqual(files(before));
  });

  test('a connection that breaks in the middle is gone on with', async () => {
    const item = await itemOf(file({ bytes: MP4 }));
    stage.server.faults.add({ endpoint: 'cdn_download', body: 'broken' });
    expect((await bytesOf(await download(item))).equals(MP4)).toBe(true);
  });

  test('a body that stalls is an error when the time is over', async () => {
    const item = await itemOf(file({ bytes: MP4 }));
    stage.server.faults.add({ endpoint: 'cdn_download', body: 'stalled' });
    const error = await failure(item, { options: { timeout: 1 } });
    expect(error.message).toBe('The file did not arrive in time');
  });

  test('ends when the execution is cancelled', async () => {
    const item = await itemOf(file());
    const asked = stage.server.requests('cdn_download').length;
    stage.server.faults.add({ endpoint: 'cdn_download', silence: true });
    const abort = new AbortController();
    const running = stage.n8n.execute(owner.download(), [item], abort.signal);
    await stage.answered('cdn_download', 'fault: silence', asked);
    abort.abort();
    await expect(running).rejects.toThrow('The execution was cancelled');
  });

  test('needs nobody to send to', async () => {
    stage.n8n.credentials.stored.get(owner.credential)!.ownerUserId = '';
    const item = await itemOf(file());
    delete item.json.from_user_id;
    expect((await bytesOf(await download(item))).equals(PDF)).toBe(true);
  });

  test('starts a workflow by itself as well', async () => {
    const item = await itemOf(file());
    const run = await stage.n8n.run([{ name: 'Start', type: START }, owner.download()], [item]);
    expect(run.status).toBe('success');
    expect((await bytesOf(outputOf(run, 'WeChat')[0]!)).equals(PDF)).toBe(true);
  });
});

describe('Wherever n8n keeps its files', () => {
  afterAll(() => useBinaryMode('filesystem'));

  test.each(BINARY_MODES)('%s: a large file is there byte for byte', async (mode) => {
    await useBinaryMode(mode);
    const bytes = randomBytes(3_000_001);
    const output = await download(await itemOf(file({ bytes, name: '文件.bin' })));
    expect(output.binary!.data).toMatchObject({ fileName: '文件.bin', bytes: bytes.length });
    expect(md5(await bytesOf(output))).toBe(md5(bytes));
  });

  test.each(BINARY_MODES)('%s: what was wrong with a file is said, and not how n8n noticed', async (mode) => {
    await useBinaryMode(mode);
    const error = await failure(await itemOf(file({ bytes: randomBytes(300_000), wrong_key: true })));
    expect(error.message).toMatch(/could not be decrypted|arrived damaged/);
  });

  test.each(BINARY_MODES)('%s: a connection that breaks is gone on with', async (mode) => {
    await useBinaryMode(mode);
    const bytes = randomBytes(2_000_000);
    const item = await itemOf(file({ bytes }));
    stage.server.faults.add({ endpoint: 'cdn_download', body: 'broken' });
    expect(md5(await bytesOf(await download(item)))).toBe(md5(bytes));
  });
});

describe('A voice message', () => {
  test('becomes WAV, with the transcript of the server as its text', async () => {
    const bytes = await silkTone(440, 1);
    const item = await itemOf({ kind: 'voice', bytes, playtime_ms: 1_000, transcript: '你好，世界' });
    const output = await download(item);
    expect(output.json.text).toBe('你好，世界');
    expect(output.binary!.data).toMatchObject({
      fileName: 'voice.wav',
      mimeType: 'audio/wav',
      fileType: 'audio',
    });
    const wav = readWav(await bytesOf(output));
    expect(wav).toMatchObject({ channels: 1, rate: 24_000, bits: 16 });
    expect(strongestOf([220, 440, 880], wav)).toBe(440);
  });

  test('stays SILK when that is asked for', async () => {
    const bytes = await silkTone(440, 1);
    const output = await download(await itemOf({ kind: 'voice', bytes }), {
      options: { voiceFormat: 'silk' },
    });
    expect(output.binary!.data).toMatchObject({ fileName: 'voice.silk', mimeType: 'audio/silk' });
    expect((await bytesOf(output)).equals(bytes)).toBe(true);
  });

  test('in another format goes on as it is', async () => {
    const bytes = Buffer.concat([Buffer.from('#!AMR\n'), randomBytes(320)]);
    const output = await download(await itemOf({ kind: 'voice', bytes }));
    expect(output.binary!.data).toMatchObject({ fileName: 'voice.amr', mimeType: 'audio/amr' });
    expect((await bytesOf(output)).equals(bytes)).toBe(true);
  });

  test.each([
    ['is cut off', -7, 'is cut off: 7 bytes of its last moment are missing'],
    ['has a byte behind its end', 1, 'is complete; 1 byte behind its end could not be decoded'],
  ])('that %s becomes WAV all the same, and the item says so', async (_what, more, note) => {
    const silk = await silkTone(440, 2);
    const bytes = more < 0 ? silk.subarray(0, more) : Buffer.concat([silk, Buffer.of(0)]);
    const output = await download(await itemOf({ kind: 'voice', bytes }));
    expect(readWav(await bytesOf(output)).seconds).toBe(2);
    expect(output.json.mediaError).toBeUndefined();
    expect(output.json.mediaNote).toEqual([
      {
        index: 0,
        field: 'data',
        kind: 'voice',
        note: expect.stringContaining(note),
        description: expect.any(String),
      },
    ]);
  });

  test('that is damaged is an error for this file, which names the way out', async () => {
    const bytes = Buffer.concat([Buffer.from('\x02#!SILK_V3\x40\x1f', 'latin1'), Buffer.alloc(8_000, 0x55)]);
    const error = await failure(await itemOf({ kind: 'voice', bytes }));
    expect(error.message).toBe('The voice message could not be turned into WAV');
    expect(error.description).toContain('SILK');
  });

  test('that somebody sent as a file stays what it is', async () => {
    const bytes = await silkTone(440, 1);
    const output = await download(await itemOf({ kind: 'file', name: 'talk.silk', bytes }));
    expect((await bytesOf(output)).equals(bytes)).toBe(true);
  });
});
