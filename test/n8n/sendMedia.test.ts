import { createHash, randomBytes } from 'node:crypto';
import { NodeApiError, NodeOperationError, type INodeExecutionData } from 'n8n-workflow';

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
    const bytes = randomBytes(10_007);
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
    const item = await itemWith(randomBytes(50), 'image/png');
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
      await itemWith(randomBytes(50), 'image/png'),
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
    ['a plain one when there is none', undefined, {}, 'file'],
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

  test('goes to the sender of the incoming message', async () => {
    const friend = owner.friend();
    const { context_token } = await friend.writes('send me a picture');
    const { binary } = await itemWith(randomBytes(50), 'image/png');
    await stage.n8n.execute(owner.sendMedia({}), [
      { json: { from_user_id: friend.id, context_token }, binary: binary! },
    ]);
    expect(friend.received.map(({ type }) => type)).toEqual(['image']);
    expect(owner.received).toEqual([]);
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
    const item = await itemWith(randomBytes(50), 'image/png');
    const error = await failure(item, { binaryPropertyName: 'picture' });
    expect(error.message).toContain("no binary field 'picture'");
  });

  test('an empty file', async () => {
    const error = await failure(await itemWith(Buffer.alloc(0), 'image/png'));
    expect(error.message).toBe('The file in "data" is empty');
    expect(stage.server.requests('getuploadurl').filter(({ bot_id }) => bot_id === owner.botId)).toEqual([]);
  });

  test('an account that may not upload', async () => {
    stage.server.faults.add({ endpoint: 'getuploadurl', ret: -2, errmsg: 'not allowed' });
    const error = await failure(await itemWith(randomBytes(50), 'image/png'));
    expect(error.message).toBe('WeChat refused the upload for this account');
    expect(error.description).toContain('send a link as text');
  });

  test('a recipient whom the server does not know', async () => {
    const error = await failure(await itemWith(randomBytes(50), 'image/png'), { to: owner.id.toUpperCase() });
    expect(error.description).toContain('Check "To"');
  });

  test('a CDN that refuses: it is asked once', async () => {
    stage.server.faults.add({ endpoint: 'cdn_upload', status: 403 });
    const before = stage.server.requests('cdn_upload').length;
    const error = await failure(await itemWith(randomBytes(50), 'image/png'));
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
    const error = await failure(await itemWith(randomBytes(50), 'image/png'), {
      options: { whenClosed: 'error' },
    });
    expect(error.message).toContain('closed until the user writes again');
  });
});
