import { createHash, randomBytes } from 'node:crypto';
import { NodeApiError, NodeOperationError, type IDataObject } from 'n8n-workflow';

import { readMessage } from '../../ilink/incoming';
import type { PersonMessage } from '../../emulator';
import { toItemJson } from '../../nodes/WeChat/trigger/item';
import { fileLike } from '../support/file-heads';
import { readWav, silkTone } from '../support/voice';
import { Stage, type Person } from './harness/stage';

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

let stage: Stage;
let owner: Person;
/** Somebody else, to whom the owner's files are forwarded. */
let friend: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = await stage.owner();
  friend = owner.friend();
  await friend.writes('what did they send?');
});
afterEach(() => stage.server.faults.clear());
afterAll(() => stage.close());

/** The item that the trigger gives for a file of the owner. */
async function itemOf(media: NonNullable<PersonMessage['media']>): Promise<IDataObject> {
  return toItemJson(readMessage(await owner.writes({ media })), false);
}
const forward = (json: IDataObject, parameters: IDataObject = {}) =>
  stage.n8n.execute(
    owner.sendMedia({
      source: 'reference',
      mediaReference: '={{ $json.media }}',
      to: friend.id,
      ...parameters,
    } as never),
    [{ json }],
  );
const complaints = () => stage.server.dropped.filter(({ bot_id }) => bot_id === owner.botId);

describe('Forwarding what somebody sent', () => {
  test.each([
    ['image', 'image/png', undefined],
    ['video', 'video/mp4', undefined],
    ['file', 'application/pdf', '报告.pdf'],
  ] as const)('%s: it arrives byte for byte', async (kind, type, name) => {
    const bytes = fileLike(type, 300_001);
    await forward(await itemOf({ kind, bytes, ...(name && { name }) }));
    const [seen] = friend.received;
    expect([seen!.type, seen!.media!.md5, seen!.media!.name]).toEqual([kind, md5(bytes), name]);
    expect(seen!.media!.bytes().equals(bytes)).toBe(true);
    expect(complaints()).toEqual([]);
  });

  test('it is uploaded anew for its recipient, under a key of its own', async () => {
    const item = await itemOf({ kind: 'image', bytes: fileLike('image/png', 500) });
    await forward(item);
    const announced = stage.server.requests('getuploadurl').at(-1)!.body as IDataObject;
    expect(announced.to_user_id).toBe(friend.id);
    const [{ aeskey }] = item.media as [{ aeskey: string }];
    expect(announced.aeskey).not.toBe(aeskey);
  });

  test('several references go in order, also as JSON text', async () => {
    const files = [fileLike('application/pdf', 500), fileLike('image/png', 600)];
    const items = [
      await itemOf({ kind: 'file', name: 'a.pdf', bytes: files[0]! }),
      await itemOf({ kind: 'image', bytes: files[1]! }),
    ];
    const media = items.flatMap((item) => item.media as IDataObject[]);
    await forward({}, { mediaReference: JSON.stringify(media) });
    expect(friend.received.map((seen) => seen.media!.md5)).toEqual(files.map(md5));
  });

  test('a picture that came unencrypted', async () => {
    const bytes = fileLike('image/jpeg', 777);
    await forward(await itemOf({ kind: 'image', bytes, key_encoding: 'none' }));
    expect(friend.received.map(({ type, media }) => [type, media!.md5])).toEqual([['image', md5(bytes)]]);
  });

  test("a voice message arrives as a WAV file, because a bot's voice messages are never shown", async () => {
    await forward(await itemOf({ kind: 'voice', bytes: await silkTone(440, 1) }));
    const [seen] = friend.received;
    expect([seen!.type, seen!.media!.name]).toEqual(['file', 'voice.wav']);
    expect(readWav(seen!.media!.bytes())).toMatchObject({ rate: 24_000, channels: 1 });
  });

  test('a voice message that ends oddly arrives as far as it can be decoded', async () => {
    const bytes = (await silkTone(440, 1)).subarray(0, -7);
    const [output] = await forward(await itemOf({ kind: 'voice', bytes }));
    expect(readWav(friend.received[0]!.media!.bytes()).seconds).toBeCloseTo(1, 1);
    expect(output!.json).toMatchObject({ outcome: 'accepted' });
  });

  test('a voice message that cannot be decoded goes on as it is', async () => {
    // Of a packet that says that it is longer than the file there is nothing to hear.
    const bytes = Buffer.concat([Buffer.from('\x02#!SILK_V3', 'latin1'), Buffer.alloc(100, 0xee)]);
    await forward(await itemOf({ kind: 'voice', bytes }));
    expect(friend.received.map(({ media }) => [media!.name, media!.md5])).toEqual([
      ['voice.silk', md5(bytes)],
    ]);
  });

  test('an upload that breaks off begins anew without the file being fetched again', async () => {
    const bytes = fileLike('video/mp4', 2_000_000);
    const item = await itemOf({ kind: 'video', bytes });
    const before = stage.server.requests('cdn_download').length;
    stage.server.faults.add({ endpoint: 'cdn_upload', drop: 'middle' });
    await forward(item);
    expect(friend.received[0]!.media!.bytes().equals(bytes)).toBe(true);
    expect(stage.server.requests('cdn_download')).toHaveLength(before + 1);
  });
});

describe('A reference that cannot be forwarded', () => {
  const failure = async (json: IDataObject, parameters: IDataObject = {}) => {
    const error = await forward(json, { caption: 'Look!', ...parameters }).then(
      () => undefined,
      (thrown: NodeApiError | NodeOperationError) => thrown,
    );
    expect([NodeApiError, NodeOperationError]).toContain(error?.constructor);
    expect(error!.description?.length).toBeGreaterThan(20);
    expect(friend.received).toEqual([]);
    return error!;
  };

  test('a message without files', async () => {
    expect((await failure({ text: 'hello' })).message).toBe('There is no media reference');
  });

  test('a file whose key does not fit', async () => {
    const item = await itemOf({ kind: 'file', name: 'a.pdf', bytes: randomBytes(5_000), wrong_key: true });
    expect((await failure(item)).message).toContain('its key does not fit');
  });

  test('a file that is larger than the limit', async () => {
    const item = await itemOf({ kind: 'file', name: 'a.bin', bytes: randomBytes(1_100_000) });
    const error = await failure(item, { options: { maxFileSize: 1 } });
    expect(error.message).toContain('larger than');
    expect(error.description).toContain('Max File Size');
  });

  test("a reference to a host that is not WeChat's is not contacted", async () => {
    const media = [{ kind: 'image', media: { full_url: 'http://127.0.0.1:9/x', aes_key: 'x' } }];
    const error = await failure({ media });
    expect(error.message).not.toContain('reached');
    expect(stage.server.requests('getuploadurl').filter(({ bot_id }) => bot_id === owner.botId)).toEqual([]);
  });
});
