import { createHash, randomBytes } from 'node:crypto';
import { NodeApiError, NodeOperationError, type INodeExecutionData } from 'n8n-workflow';

import { fileLike } from '../support/file-heads';
import { BINARY_MODES, useBinaryMode } from './harness/binaryModes';
import { Stage, type Person } from './harness/stage';

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = await stage.owner();
});
afterEach(() => {
  stage.server.faults.clear();
  stage.server.settings.uploadStyle = 'full_url';
});
afterAll(() => stage.close());

/** Announcements of uploads by this bot. */
const announcements = () =>
  stage.server.requests('getuploadurl').filter(({ bot_id }) => bot_id === owner.botId);

async function itemWith(bytes: Buffer, mimeType: string, fileName?: string): Promise<INodeExecutionData> {
  const data = await stage.n8n.file(bytes, { mimeType, ...(fileName !== undefined && { fileName }) });
  return { json: {}, binary: { data } };
}

/** Nothing that the server had to drop, refuse or show broken. */
const complaints = () => stage.server.dropped.filter(({ bot_id }) => bot_id === owner.botId);

describe('Message → Send Media', () => {
  test.each([
    ['image/png', 'image'],
    ['image/jpeg; charset=binary', 'image'],
    ['video/mp4', 'video'],
    ['application/pdf', 'file'],
    ['image/svg+xml', 'file'],
    // WeChat accepts voice messages of bots and never shows them.
    ['audio/mpeg', 'file'],
  ])('%s arrives as %s, byte for byte', async (mimeType, type) => {
    const bytes = fileLike(mimeType, 10_007);
    const [output] = await stage.n8n.execute(owner.sendMedia({}), [
      await itemWith(bytes, mimeType, 'name.bin'),
    ]);
    const [seen] = owner.received;
    expect(seen!.type).toBe(type);
    expect(seen!.media!.bytes().equals(bytes)).toBe(true);
    expect(seen!.media).toMatchObject({ size: bytes.length, md5: md5(bytes) });
    expect(output!.json).toMatchObject({
      outcome: 'accepted',
      to_user_id: owner.id,
      message_id: seen!.message_id,
      parts: [{ type }],
    });
    expect(complaints()).toEqual([]);
  });

  test.each([
    ['a picture that is declared as nothing', 'image/png', 'application/octet-stream', 'image'],
    ['a picture that is declared as another', 'image/png', 'image/jpeg', 'image'],
    ['a video that is declared as a text', 'video/mp4', 'text/plain', 'video'],
    ['a picture of an iPhone that says it is a JPEG', 'image/heic', 'image/jpeg', 'file'],
    ['a text that is declared as a picture', 'text/plain', 'image/png', 'file'],
    ['audio that is declared as a video', 'audio/mp4', 'video/mp4', 'file'],
    ['a type in capitals', 'image/bmp', 'IMAGE/BMP', 'image'],
  ])('%s goes by its bytes', async (_what, real, declared, type) => {
    const bytes = fileLike(real, 5_000);
    await stage.n8n.execute(owner.sendMedia({}), [await itemWith(bytes, declared, 'photo.jpg')]);
    expect(owner.received.map(({ type: shown, media }) => [shown, media!.md5])).toEqual([[type, md5(bytes)]]);
    expect(complaints()).toEqual([]);
  });

  test.each(['image', 'video', 'file'] as const)(
    '"Send As" %s wins over the type of the file',
    async (sendAs) => {
      const item = await itemWith(randomBytes(100), 'text/plain', 'a.txt');
      await stage.n8n.execute(owner.sendMedia({ sendAs }), [item]);
      expect(owner.received.map(({ type }) => type)).toEqual([sendAs]);
      expect(complaints()).toEqual([]);
    },
  );

  test.each([1, 15, 16, 17, 200_000])('a file of %i bytes fits its announced sizes', async (size) => {
    const bytes = randomBytes(size);
    await stage.n8n.execute(owner.sendMedia({}), [await itemWith(bytes, 'application/zip', 'a.zip')]);
    expect(owner.received[0]!.media!.bytes().equals(bytes)).toBe(true);
    expect(complaints()).toEqual([]);
  });

  test.each(['full_url', 'param', 'both'] as const)(
    'whether the server names the place by %s',
    async (style) => {
      stage.server.settings.uploadStyle = style;
      const bytes = randomBytes(60_000);
      await stage.n8n.execute(owner.sendMedia({}), [await itemWith(bytes, 'image/png')]);
      expect(owner.received[0]!.media!.bytes().equals(bytes)).toBe(true);
      expect(complaints()).toEqual([]);
    },
  );

  test('the caption is a message of its own, before the file', async () => {
    const item = await itemWith(fileLike('image/png', 50), 'image/png');
    const [output] = await stage.n8n.execute(owner.sendMedia({ caption: 'Look!' }), [item]);
    expect(owner.received.map(({ type, text }) => [type, text])).toEqual([
      ['text', 'Look!'],
      ['image', undefined],
    ]);
    const ids = owner.received.map(({ message_id }) => message_id);
    expect(output!.json).toMatchObject({
      message_id: ids[1],
      parts: [
        { type: 'text', message_id: ids[0] },
        { type: 'image', message_id: ids[1] },
      ],
    });
  });

  test('a caption of white space is none', async () => {
    await stage.n8n.execute(owner.sendMedia({ caption: ' \n' }), [
      await itemWith(fileLike('image/png', 50), 'image/png'),
    ]);
    expect(owner.received.map(({ type }) => type)).toEqual(['image']);
  });

  test.each([
    [
      'that of the option',
      'report.pdf',
      { options: { fileName: 'Bericht für 你.pdf' } },
      'Bericht für 你.pdf',
    ],
    ['that of the binary data', 'report.pdf', {}, 'report.pdf'],
    ['a plain one when there is none', undefined, {}, 'file.pdf'],
  ])('the file name is %s', async (_what, fileName, parameters, expected) => {
    const item = await itemWith(randomBytes(50), 'application/pdf', fileName);
    await stage.n8n.execute(owner.sendMedia(parameters), [item]);
    expect(owner.received[0]!.media!.name).toBe(expected);
  });

  test('each item sends its own file, from the binary field that the item names', async () => {
    const files = [randomBytes(64), randomBytes(65)];
    const items = await Promise.all(
      files.map(async (bytes, index) => {
        const file = await stage.n8n.file(bytes, { mimeType: 'image/png' });
        return { json: { field: `f${index}` }, binary: { [`f${index}`]: file } };
      }),
    );
    const output = await stage.n8n.execute(
      owner.sendMedia({ binaryPropertyName: '={{ $json.field }}' }),
      items,
    );
    expect(owner.received.map(({ media }) => media!.md5)).toEqual(files.map(md5));
    expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
  });

  test('several files of one item arrive in the order of their names, after one caption', async () => {
    const types = ['application/pdf', 'image/png', 'video/mp4', 'text/plain', 'image/jpeg'];
    // The first is the largest, so that it is not the first to be there.
    const files = types.map((type, i) => fileLike(type, 400_000 - i * 90_000));
    const binary = Object.fromEntries(
      await Promise.all(
        files.map(async (bytes, i) => {
          const facts = { mimeType: types[i]!, fileName: `${i} 文件.bin` };
          return [`f${i}`, await stage.n8n.file(bytes, facts)] as const;
        }),
      ),
    );
    const parameters = {
      binaryPropertyName: 'f0, f1,f2 ,f3,,f4',
      caption: 'Five:',
      options: { fileName: 'x.bin' },
    };
    const [output] = await stage.n8n.execute(owner.sendMedia(parameters), [{ json: {}, binary }]);
    expect(owner.received.map(({ type }) => type)).toEqual([
      'text',
      'file',
      'image',
      'video',
      'file',
      'image',
    ]);
    expect(owner.received.slice(1).map(({ media }) => media!.md5)).toEqual(files.map(md5));
    // One name for all of them would leave four without their own.
    expect(owner.received[4]!.media!.name).toBe('3 文件.bin');
    expect((output!.json.parts as object[]).length).toBe(6);
    expect(complaints()).toEqual([]);
  });

  test("a file can come as n8n's own object out of an expression", async () => {
    const bytes = fileLike('image/png', 400);
    const item = await itemWith(bytes, 'image/png');
    await stage.n8n.execute(owner.sendMedia({ binaryPropertyName: '={{ $binary.data }}' }), [item]);
    expect(owner.received.map(({ media }) => media!.md5)).toEqual([md5(bytes)]);
  });

  test('the same file to the same person is uploaded once in an execution, and shown each time', async () => {
    const item = await itemWith(fileLike('image/png', 4_000), 'image/png');
    await stage.n8n.execute(owner.sendMedia({}), [item, item]);
    expect(owner.received.map(({ type }) => type)).toEqual(['image', 'image']);
    expect(announcements()).toHaveLength(1);
    await stage.n8n.execute(owner.sendMedia({}), [item]);
    expect(announcements()).toHaveLength(2);
    expect(complaints()).toEqual([]);
  });

  test('the same file to two people is uploaded for each: the announcement names one', async () => {
    const friend = owner.friend();
    await friend.writes('me, too');
    const { binary } = await itemWith(fileLike('image/png', 4_000), 'image/png');
    const items = [owner, friend].map(({ id }) => ({ json: { to: id }, binary: binary! }));
    await stage.n8n.execute(owner.sendMedia({ to: '={{ $json.to }}' }), items);
    expect([owner, friend].map(({ received }) => received.length)).toEqual([1, 1]);
    expect(announcements().map(({ body }) => (body as { to_user_id: string }).to_user_id)).toEqual([
      owner.id,
      friend.id,
    ]);
    expect(complaints()).toEqual([]);
  });

  test('goes to the sender of the incoming message', async () => {
    const friend = owner.friend();
    const { context_token } = await friend.writes('send me a picture');
    const { binary } = await itemWith(fileLike('image/png', 50), 'image/png');
    await stage.n8n.execute(owner.sendMedia({}), [
      { json: { from_user_id: friend.id, context_token }, binary: binary! },
    ]);
    expect(friend.received.map(({ type }) => type)).toEqual(['image']);
    expect(owner.received).toEqual([]);
  });
});

describe('Wherever n8n keeps its files', () => {
  afterAll(() => useBinaryMode('filesystem'));

  test.each(BINARY_MODES)('%s: a large file arrives byte for byte', async (mode) => {
    await useBinaryMode(mode);
    const bytes = fileLike('video/mp4', 3_000_001);
    const item = await itemWith(bytes, 'video/mp4', '视频.mp4');
    expect(item.binary!.data!.id === undefined).toBe(mode === 'default');
    await stage.n8n.execute(owner.sendMedia({}), [item]);
    expect(owner.received[0]!.media!.bytes().equals(bytes)).toBe(true);
    expect(complaints()).toEqual([]);
  });

  test.each(BINARY_MODES)('%s: an upload that the CDN breaks off begins anew', async (mode) => {
    await useBinaryMode(mode);
    stage.server.faults.add({ endpoint: 'cdn_upload', drop: 'middle' });
    const bytes = fileLike('application/pdf', 2_000_000);
    await stage.n8n.execute(owner.sendMedia({}), [await itemWith(bytes, 'application/pdf', 'a.pdf')]);
    expect(owner.received[0]!.media!.bytes().equals(bytes)).toBe(true);
  });

  test('in memory, also with line breaks in the base64, as other programs write it', async () => {
    const bytes = fileLike('image/png', 700_000);
    const data = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
    await stage.n8n.execute(owner.sendMedia({}), [
      { json: {}, binary: { data: { data, mimeType: 'image/png' } } },
    ]);
    expect(owner.received[0]!.media!.bytes().equals(bytes)).toBe(true);
  });
});

describe('Media that cannot be sent', () => {
  const failure = async (item: INodeExecutionData, parameters = {}) => {
    const sending = stage.n8n.execute(owner.sendMedia({ caption: 'Look!', ...parameters }), [item]);
    const error = await sending
      .then(() => undefined)
      .catch((thrown: NodeApiError | NodeOperationError) => thrown);
    expect([NodeApiError, NodeOperationError]).toContain(error?.constructor);
    expect(error!.context.itemIndex).toBe(0);
    expect(error!.description?.length).toBeGreaterThan(20);
    // No caption without its picture.
    expect(owner.received).toEqual([]);
    return error!;
  };

  test('an item without a file', async () => {
    expect((await failure({ json: {} })).message).toContain('binary file');
  });

  test('a binary field that the item does not have', async () => {
    const item = await itemWith(fileLike('image/png', 50), 'image/png');
    const error = await failure(item, { binaryPropertyName: 'picture' });
    expect(error.message).toContain("no binary field 'picture'");
  });

  test('an empty file', async () => {
    const error = await failure(await itemWith(Buffer.alloc(0), 'image/png'));
    expect(error.message).toBe('The file in "data" is empty');
    expect(announcements()).toEqual([]);
  });

  test('a field of several that is missing keeps the others back', async () => {
    const item = await itemWith(fileLike('image/png', 50), 'image/png');
    const error = await failure(item, { binaryPropertyName: 'data,picture' });
    expect(error.message).toContain("no binary field 'picture'");
    expect(announcements()).toEqual([]);
  });

  test('no field at all', async () => {
    const error = await failure(await itemWith(fileLike('image/png', 50), 'image/png'), {
      binaryPropertyName: ' , ',
    });
    expect(error.message).toBe('No binary field is named');
  });

  test('one file of several that is empty, by its name', async () => {
    const { binary } = await itemWith(fileLike('image/png', 50), 'image/png');
    const empty = await stage.n8n.file(Buffer.alloc(0), { mimeType: 'text/plain' });
    const item = { json: {}, binary: { ...binary, empty } };
    expect((await failure(item, { binaryPropertyName: 'data,empty' })).message).toBe(
      'The file in "empty" is empty',
    );
  });

  test('a file above the limit, whatever n8n says of its size', async () => {
    const item = await itemWith(fileLike('image/png', 1_048_577), 'image/png');
    Object.assign(item.binary!.data!, { fileSize: '1 B', bytes: 1 });
    const error = await failure(item, { options: { maxFileSize: 1 } });
    expect(error.message).toBe('The file in "data" is larger than 1 MB');
    expect(error.description).toContain('Max File Size');
    expect(announcements()).toEqual([]);
  });

  test('a file of exactly the limit can be', async () => {
    const item = await itemWith(fileLike('image/png', 1_048_576), 'image/png');
    await stage.n8n.execute(owner.sendMedia({ options: { maxFileSize: 1 } }), [item]);
    expect(owner.received.map(({ type }) => type)).toEqual(['image']);
  });

  test('a file that n8n has deleted by now', async () => {
    const item = await itemWith(fileLike('image/png', 50), 'image/png');
    item.binary!.data!.id = `${item.binary!.data!.id}-gone`;
    const error = await failure(item);
    expect(error.message).toBe('The file in "data" could not be read to its end');
    expect(error.description).toContain('may be deleted');
  });

  test('an account that may not upload', async () => {
    stage.server.faults.add({ endpoint: 'getuploadurl', ret: -2, errmsg: 'not allowed' });
    const error = await failure(await itemWith(fileLike('image/png', 50), 'image/png'));
    expect(error.message).toBe('WeChat refused the upload for this account');
    expect(error.description).toContain('send a link as text');
  });

  test('a recipient whom the server does not know', async () => {
    const error = await failure(await itemWith(fileLike('image/png', 50), 'image/png'), {
      to: owner.id.toUpperCase(),
    });
    expect(error.description).toContain('Check "To"');
  });

  test('a CDN that refuses: it is asked once', async () => {
    stage.server.faults.add({ endpoint: 'cdn_upload', status: 403 });
    const before = stage.server.requests('cdn_upload').length;
    const error = await failure(await itemWith(fileLike('image/png', 50), 'image/png'));
    expect(error.message).toBe("WeChat's file server refused the file");
    expect(error.description).toContain('cdn_upload answered HTTP 403');
    expect(stage.server.requests('cdn_upload')).toHaveLength(before + 1);
  });

  test('a CDN that fails once is asked again, and the file arrives', async () => {
    stage.server.faults.add({ endpoint: 'cdn_upload', status: 500 });
    const bytes = randomBytes(5_000);
    await stage.n8n.execute(owner.sendMedia({}), [await itemWith(bytes, 'image/png')]);
    expect(owner.received[0]!.media!.bytes().equals(bytes)).toBe(true);
  });

  test('a caption that is refused keeps the file back, too', async () => {
    stage.server.faults.add({ endpoint: 'sendmessage', ret: -2 });
    stage.server.faults.add({ endpoint: 'getconfig', ret: -4 });
    const error = await failure(await itemWith(fileLike('image/png', 50), 'image/png'), {
      options: { whenClosed: 'error' },
    });
    expect(error.message).toContain('closed until the user writes again');
  });
});
