import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PersonMedia } from '../../emulator/types';
import { Stage, type Chat } from './stage';
import type { InboundContext } from './tencent/rpc';

const stage = Stage.set();

async function listeningChat(): Promise<Chat> {
  const chat = await stage.bind();
  await stage.monitor(chat);
  return chat;
}

/** The user sends this; resolves with what the client handed to its host. */
async function sendFromPhone(chat: Chat, media: PersonMedia): Promise<InboundContext> {
  return (await stage.received(await stage.emulator.write({ ...chat, media }))).ctx;
}

const saved = ({ MediaPath }: InboundContext) => readFile(MediaPath ?? '');
const downloads = () => stage.emulator.requests('cdn_download');

test.each([
  ['image', 'image/*', '[图片]'],
  ['video', 'video/mp4', '[视频]'],
  ['file', 'application/octet-stream', '[文件]'],
  ['voice', 'audio/silk', '[语音]'],
] as const)(
  'the client decrypts an inbound %s to the bytes that were sent',
  async (kind, MediaType, Body) => {
    const chat = await listeningChat();
    const bytes = randomBytes(33_333);
    const ctx = await sendFromPhone(chat, { kind, bytes });

    expect(ctx).toMatchObject({ Body, MediaType });
    expect((await saved(ctx)).equals(bytes)).toBe(true);
  },
);

test.each([1, 15, 16, 17, 5_000_000])('a file of %i bytes comes down whole', async (size) => {
  const chat = await listeningChat();
  const bytes = randomBytes(size);
  const ctx = await sendFromPhone(chat, { kind: 'file', name: 'data.bin', bytes });

  expect((await saved(ctx)).equals(bytes)).toBe(true);
});

test('a file keeps its name, and its type comes from the name', async () => {
  const chat = await listeningChat();
  const ctx = await sendFromPhone(chat, { kind: 'file', name: 'Rechnung 五月.pdf', bytes: randomBytes(99) });

  expect(path.basename(ctx.MediaPath ?? '')).toBe('Rechnung 五月.pdf');
  expect(ctx.MediaType).toBe('application/pdf');
});

describe.each(['full_url', 'param', 'both'] as const)('where media carry %s', (downloadStyle) => {
  test.each([
    ['image', 'raw'],
    ['image', 'hex'],
    ['image', 'none'],
    ['file', 'raw'],
    ['file', 'hex'],
    ['video', 'raw'],
    ['video', 'hex'],
  ] as const)('the client opens an %s whose key is written as %s', async (kind, key_encoding) => {
    stage.emulator.settings.downloadStyle = downloadStyle;
    const chat = await listeningChat();
    const bytes = randomBytes(1_000);
    const ctx = await sendFromPhone(chat, { kind, bytes, key_encoding });

    expect((await saved(ctx)).equals(bytes)).toBe(true);
  });
});

test('a voice message with a transcript is its text, and is not downloaded', async () => {
  const chat = await listeningChat();
  const before = downloads().length;
  const voice = { kind: 'voice', bytes: randomBytes(500), playtime_ms: 1_800, transcript: '你好' } as const;
  const ctx = await sendFromPhone(chat, voice);

  expect(ctx.Body).toBe('你好');
  expect(ctx.MediaPath).toBeUndefined();
  expect(downloads()).toHaveLength(before);
});

test('a key that does not fit never gives the file, and the message arrives all the same', async () => {
  const chat = await listeningChat();
  const bytes = randomBytes(1_000);
  const forwarded = { kind: 'file', name: 'forwarded.doc', bytes, wrong_key: true } as const;
  const contexts = [];
  // Three, because one wrong key in 256 leaves a padding that looks right, and the client then keeps other bytes.
  for (let index = 0; index < 3; index++) contexts.push(await sendFromPhone(chat, forwarded));

  expect(contexts.map(({ Body }) => Body)).toEqual(['[文件]', '[文件]', '[文件]']);
  const kept = contexts.filter(({ MediaPath }) => MediaPath !== undefined);
  expect(kept.length).toBeLessThan(contexts.length);
  for (const ctx of kept) expect((await saved(ctx)).equals(bytes)).toBe(false);
  await stage.client.logged(/inbound file download failed/);
});

test('a download that the CDN fails leaves the message without its file', async () => {
  const chat = await listeningChat();
  stage.emulator.faults.add({ endpoint: 'cdn_download', status: 500 });
  const ctx = await sendFromPhone(chat, { kind: 'image', bytes: randomBytes(1_000) });

  expect(ctx.Body).toBe('[图片]');
  expect(ctx.MediaPath).toBeUndefined();
  await stage.client.logged(/inbound image download\/decrypt failed/);
});

test('an image in a quote is downloaded too', async () => {
  const chat = await listeningChat();
  const bytes = randomBytes(2_000);
  const image = await stage.emulator.write({ ...chat, media: { kind: 'image', bytes } });
  await stage.received(image);
  const [message_item] = image.item_list;
  const quoting = { ...chat, text: 'what is this?', quote: { message_item: message_item ?? {} } };
  const { ctx } = await stage.received(await stage.emulator.write(quoting));

  expect(ctx.Body).toBe('what is this?');
  expect(ctx.MediaPaths).toHaveLength(1);
  expect((await readFile(ctx.MediaPaths?.[0] ?? '')).equals(bytes)).toBe(true);
});
