import { createDecipheriv } from 'node:crypto';
import type { PersonMedia, WireMedia } from '../../../emulator';
import { startBound, stopAll, type WireClient } from './wire-client';

afterEach(stopAll);

const bytes = Buffer.from('the content of a file');

async function received(
  client: WireClient,
  media: Partial<PersonMedia> & Pick<PersonMedia, 'kind'>,
  more: object = {},
) {
  await client.emulator.write({ ...client.chat, media: { bytes, ...media }, ...more });
  const [msg] = (await client.poll()).msgs as { item_list: Record<string, Record<string, unknown>>[] }[];
  return msg?.item_list.at(-1) ?? {};
}

/** Downloads and opens a file as the protocol describes it. */
async function opened(client: WireClient, media: WireMedia, keyHex?: string): Promise<Buffer> {
  const param = encodeURIComponent(media.encrypt_query_param ?? '');
  const url = media.full_url ?? `${client.emulator.cdnUrl}/download?encrypted_query_param=${param}`;
  const ciphertext = Buffer.from(await (await fetch(url)).arrayBuffer());
  const decoded = Buffer.from(media.aes_key ?? '', 'base64');
  const key = keyHex
    ? Buffer.from(keyHex, 'hex')
    : decoded.length === 16
      ? decoded
      : Buffer.from(decoded.toString(), 'hex');
  const decipher = createDecipheriv('aes-128-ecb', key, null);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

describe('a file of the user', () => {
  it.each(['full_url', 'param', 'both'] as const)(
    'can be fetched and opened with downloadStyle %s',
    async (downloadStyle) => {
      const client = await startBound({ settings: { downloadStyle } });
      const { file_item } = await received(client, { kind: 'file', name: '合同.pdf' });
      const media = file_item?.['media'] as WireMedia;
      expect([media.full_url !== undefined, media.encrypt_query_param !== undefined]).toEqual([
        downloadStyle !== 'param',
        downloadStyle !== 'full_url',
      ]);
      expect(file_item).toMatchObject({
        file_name: '合同.pdf',
        len: String(bytes.length),
        md5: expect.any(String),
      });
      expect(await opened(client, media)).toEqual(bytes);
    },
  );

  it('has its key as base64 of hex characters, unless it is an image', async () => {
    const client = await startBound();
    for (const kind of ['file', 'voice', 'video'] as const) {
      const media = (await received(client, { kind }))[`${kind}_item`]?.['media'] as WireMedia;
      expect(Buffer.from(media.aes_key ?? '', 'base64')).toHaveLength(32);
      expect(await opened(client, media)).toEqual(bytes);
    }
  });

  it('is an image with its key in hex beside the media, and raw within', async () => {
    const client = await startBound();
    const { image_item } = await received(client, { kind: 'image' });
    const media = image_item?.['media'] as WireMedia;
    expect(Buffer.from(media.aes_key ?? '', 'base64')).toHaveLength(16);
    expect(await opened(client, media, image_item?.['aeskey'] as string)).toEqual(bytes);
    expect(image_item?.['mid_size']).toBe(32);
  });

  it.each(['raw', 'hex'] as const)('is an image whose only key is written %s', async (key_encoding) => {
    const client = await startBound();
    const { image_item } = await received(client, { kind: 'image', key_encoding });
    expect(image_item).not.toHaveProperty('aeskey');
    expect(await opened(client, image_item?.['media'] as WireMedia)).toEqual(bytes);
  });

  it('is an image without a key, in plaintext', async () => {
    const client = await startBound();
    const { image_item } = await received(client, { kind: 'image', key_encoding: 'none' });
    const media = image_item?.['media'] as WireMedia;
    expect(media).not.toHaveProperty('aes_key');
    expect(Buffer.from(await (await fetch(media.full_url ?? '')).arrayBuffer())).toEqual(bytes);
    expect(client.emulator.sees(client.chat.bot_id, client.user)[0]?.media?.bytes()).toEqual(bytes);
  });

  it('carries a key that does not fit when asked to, and the phone shows it all the same', async () => {
    const client = await startBound();
    const { file_item } = await received(client, { kind: 'file', wrong_key: true });
    // A wrong key ends in bad padding, or, one time in 256, in other bytes.
    const outcome = await opened(client, file_item?.['media'] as WireMedia).catch(() => undefined);
    expect(outcome).not.toEqual(bytes);
    expect(client.emulator.sees(client.chat.bot_id, client.user)[0]?.media?.bytes()).toEqual(bytes);
  });

  it('is a voice message with format, length and transcript', async () => {
    const client = await startBound();
    const { voice_item } = await received(client, { kind: 'voice', playtime_ms: 2500, transcript: '你好' });
    expect(voice_item).toMatchObject({ encode_type: 6, sample_rate: 24_000, playtime: 2500, text: '你好' });
  });
});

describe('a message of the user', () => {
  it('quotes by id, as a bare number', async () => {
    const client = await startBound();
    const { message_id } = await client.userWrites('first');
    await client.poll();
    await client.emulator.write({ ...client.chat, text: 'about that', quote: { svr_id: message_id } });
    const text = await (await client.request('getupdates', { get_updates_buf: '' })).text();
    expect(text).toContain(`"ref_msg":{"svr_id":${message_id}}`);
  });

  it('quotes a part of an earlier message', async () => {
    const client = await startBound();
    const { message_id } = await client.userWrites('all of it');
    await client.poll();
    await client.emulator.write({
      ...client.chat,
      text: 'that',
      quote: { svr_id: message_id, part: 'of it' },
    });
    const [msg] = (await client.poll()).msgs;
    const partial_text = { start: 'of it', end: 'of it', startindex: 0, endindex: 0 };
    expect(msg).toMatchObject({ item_list: [{ ref_msg: { partial_text } }] });
    const wrong = client.emulator.write({
      ...client.chat,
      text: 'that',
      quote: { svr_id: message_id, part: 'nothing' },
    });
    await expect(wrong).rejects.toThrow('no such part');
  });

  it('takes other fields, and loses those that are undefined', async () => {
    const client = await startBound();
    const overrides = { message_id: undefined, group_id: 'g', client_id: 'again' };
    await client.emulator.write({ ...client.chat, text: 'odd', overrides });
    const [msg] = (await client.poll()).msgs;
    expect(msg).toMatchObject({ group_id: 'g', client_id: 'again' });
    expect(msg).not.toHaveProperty('message_id');
  });

  it('may carry a text and a file, as two items', async () => {
    const client = await startBound();
    await client.emulator.write({ ...client.chat, text: 'see', media: { kind: 'file', bytes } });
    const [msg] = (await client.poll()).msgs;
    expect(msg).toMatchObject({ item_list: [{ type: 1 }, { type: 4 }] });
  });
});
