import { randomBytes } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { readWav, silkTone } from '../support/voice';
import { eventually } from './harness/eventually';
import { Stage, type Person } from './harness/stage';

const BYTES = randomBytes(100_000);
const DOWNLOAD = { downloadMedia: true };

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => {
  owner = stage.newOwner();
});
afterEach(() => stage.server.faults.clear());
afterAll(() => stage.close());

/** The items of the executions that these messages started. */
async function itemsAfter(
  parameters: IDataObject,
  write: () => Promise<unknown>,
  count: number,
): Promise<INodeExecutionData[]> {
  const active = await stage.n8n.activate([owner.trigger(parameters as never)]);
  await write();
  await eventually(() => active.log.emits.length >= count);
  await active.deactivate();
  expect(active.log.emits).toHaveLength(count);
  return active.log.emits.map(({ data }) => data[0]![0]!);
}

const file = () => owner.writes({ text: 'here', media: { kind: 'file', name: '报告.bin', bytes: BYTES } });

describe('With "Download Media" the trigger', () => {
  test('puts the file on the item, long after n8n took its expression engine away', async () => {
    const [item] = await itemsAfter(DOWNLOAD, file, 1);
    expect(item!.json).toMatchObject({ type: 'file', text: 'here', media: [{ kind: 'file' }] });
    expect(item!.json).not.toHaveProperty('mediaError');
    expect(item!.binary!.data).toMatchObject({ fileName: '报告.bin', bytes: BYTES.length });
    expect((await stage.n8n.bytesOf(item!.binary!.data!)).equals(BYTES)).toBe(true);
  });

  test('makes WAV of voice messages, or leaves them SILK', async () => {
    const bytes = await silkTone(440, 1);
    const write = () => owner.writes({ media: { kind: 'voice', bytes, transcript: 'hello' } });
    const [wav] = await itemsAfter(DOWNLOAD, write, 1);
    expect(wav!.json.text).toBe('hello');
    expect(readWav(await stage.n8n.bytesOf(wav!.binary!.data!)).rate).toBe(24_000);
    const [silk] = await itemsAfter({ ...DOWNLOAD, mediaOptions: { voiceFormat: 'silk' } }, write, 1);
    expect((await stage.n8n.bytesOf(silk!.binary!.data!)).equals(bytes)).toBe(true);
  });

  test('downloads nothing for a text', async () => {
    const before = stage.server.requests('cdn_download').length;
    const [item] = await itemsAfter(DOWNLOAD, () => owner.writes('hello'), 1);
    expect(item).toEqual({ json: expect.objectContaining({ text: 'hello' }) });
    expect(stage.server.requests('cdn_download')).toHaveLength(before);
  });

  test.each([
    ['a key that does not fit', { wrong_key: true }, {}, /decrypted|damaged/],
    ['a CDN that refuses', {}, { status: 404 }, /does not give out/],
    ['a CDN that is silent', {}, { silence: true }, /did not arrive in time/],
    ['a body that stalls', {}, { body: 'stalled' }, /did not arrive in time/],
  ] as const)(
    'lets the message through with %s, and says what is missing',
    async (_what, media, fault, error) => {
      if (Object.keys(fault).length > 0)
        stage.server.faults.add({ endpoint: 'cdn_download', times: 5, ...fault });
      const write = () =>
        owner.writes({ text: 'here', media: { kind: 'file', name: 'a.bin', bytes: BYTES, ...media } });
      const [item] = await itemsAfter({ ...DOWNLOAD, mediaOptions: { timeout: 1 } }, write, 1);
      expect(item!.json).toMatchObject({
        text: 'here',
        media: [{ kind: 'file' }],
        mediaError: [
          { index: 0, field: 'data', kind: 'file', file_name: 'a.bin', error: expect.stringMatching(error) },
        ],
      });
      expect(item!.binary).toEqual({});
    },
  );

  test('goes on where a connection broke in the middle', async () => {
    stage.server.faults.add({ endpoint: 'cdn_download', body: 'broken' });
    const [item] = await itemsAfter(DOWNLOAD, file, 1);
    expect((await stage.n8n.bytesOf(item!.binary!.data!)).equals(BYTES)).toBe(true);
  });

  test('does not hold up other messages while a file is slow', async () => {
    const asked = stage.server.requests('cdn_download').length;
    stage.server.faults.add({ endpoint: 'cdn_download', silence: true });
    const items = await itemsAfter(
      { ...DOWNLOAD, mediaOptions: { timeout: 2 } },
      async () => {
        await file();
        await stage.answered('cdn_download', 'fault: silence', asked);
        await owner.friend().writes('quick');
      },
      2,
    );
    expect(items.map(({ json }) => json.text)).toEqual(['quick', 'here']);
  });

  test('that is switched off meanwhile keeps the message, and gives it with its file the next time', async () => {
    const asked = stage.server.requests('cdn_download').length;
    stage.server.faults.add({ endpoint: 'cdn_download', silence: true });
    const node = owner.trigger({ ...DOWNLOAD, options: { retryDelay: 1 } });
    const before = await stage.n8n.activate([node]);
    await file();
    await stage.answered('cdn_download', 'fault: silence', asked);
    await before.deactivate();
    expect(before.log.emits).toEqual([]);
    const again = await stage.n8n.activate([node], before.workflow.id);
    await eventually(() => again.log.emits.length === 1);
    await again.deactivate();
    const [item] = again.log.emits[0]!.data[0]!;
    expect((await stage.n8n.bytesOf(item!.binary!.data!)).equals(BYTES)).toBe(true);
  });
});

test('A trigger without it asks for no file', async () => {
  const before = stage.server.requests('cdn_download').length;
  const [item] = await itemsAfter({}, file, 1);
  expect(item).not.toHaveProperty('binary');
  expect(stage.server.requests('cdn_download')).toHaveLength(before);
});
