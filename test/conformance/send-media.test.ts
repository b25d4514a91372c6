import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Stage, type Chat } from './stage';

const stage = Stage.set();

/** A file of the client's user, with random bytes. */
async function file(name: string, size: number): Promise<{ path: string; bytes: Buffer }> {
  const bytes = randomBytes(size);
  const target = path.join(await mkdtemp(path.join(stage.client.stateDir, 'outbox-')), name);
  await writeFile(target, bytes);
  return { path: target, bytes };
}

const send = (chat: Chat, filePath: string, text = '') =>
  stage.client.call('sendMedia', { accountId: chat.accountId, to: chat.user_id, path: filePath, text });

/** Uploads since the test began; one that a planned fault answers cannot be assigned to a bot. */
let earlierUploads = 0;
beforeEach(() => {
  earlierUploads = stage.emulator.requests('cdn_upload').length;
});
const uploads = () => stage.emulator.requests('cdn_upload').slice(earlierUploads);

test.each([
  ['image', 'photo.png', 1],
  ['video', 'clip.mp4', 2],
  ['file', 'Bericht 年度.pdf', 3],
] as const)('the phone opens what the client sent as %s', async (kind, name, media_type) => {
  const chat = await stage.openChat();
  const { path: filePath, bytes } = await file(name, 70_001);
  await send(chat, filePath);

  const [message] = stage.shown(chat);
  expect(message).toMatchObject({ type: kind, media: { kind, size: bytes.length } });
  expect(message?.media?.bytes().equals(bytes)).toBe(true);
  if (kind === 'file') expect(message?.media?.name).toBe(name);
  expect(stage.requests(chat, 'getuploadurl')).toMatchObject([
    {
      body: { media_type, rawsize: 70_001, filesize: 70_016, no_need_thumb: true, to_user_id: chat.user_id },
    },
  ]);
});

test.each([1, 15, 16, 17, 4_096, 1_000_000])('a file of %i bytes arrives whole', async (size) => {
  const chat = await stage.openChat();
  const { path: filePath, bytes } = await file('data.bin', size);
  await send(chat, filePath);

  expect(stage.shown(chat)[0]?.media?.bytes().equals(bytes)).toBe(true);
});

test('a caption is a message of its own before the image', async () => {
  const chat = await stage.openChat();
  const { path: filePath } = await file('photo.jpg', 100);
  await send(chat, filePath, 'Look!');

  expect(stage.shown(chat)).toMatchObject([{ type: 'text', text: 'Look!' }, { type: 'image' }]);
  expect(stage.requests(chat, 'sendmessage')).toHaveLength(2);
});

test.each(['full_url', 'param', 'both'] as const)(
  'an upload works where the server hands out %s',
  async (uploadStyle) => {
    stage.emulator.settings.uploadStyle = uploadStyle;
    const chat = await stage.openChat();
    const { path: filePath, bytes } = await file('big.zip', 200_000);
    await send(chat, filePath);

    expect(stage.shown(chat)[0]?.media?.bytes().equals(bytes)).toBe(true);
    expect(uploads().map((request) => request.path)).toEqual([
      expect.stringMatching(/^\/c2c\/upload\?encrypted_query_param=.+&filekey=[0-9a-f]{32}$/),
    ]);
  },
);

test('the phone shows a file also where the server answers without ids', async () => {
  stage.emulator.settings.replyStyle = 'empty';
  const chat = await stage.openChat();
  const { path: filePath, bytes } = await file('note.txt', 10);
  await send(chat, filePath);

  expect(stage.shown(chat)[0]?.media?.bytes().equals(bytes)).toBe(true);
});

test('an upload that the CDN fails twice succeeds at the third try', async () => {
  const chat = await stage.openChat();
  stage.emulator.faults.add({ endpoint: 'cdn_upload', status: 500 });
  stage.emulator.faults.add({ endpoint: 'cdn_upload', drop: 'before' });
  const { path: filePath, bytes } = await file('photo.png', 5_000);
  await send(chat, filePath);

  expect(stage.shown(chat)[0]?.media?.bytes().equals(bytes)).toBe(true);
  expect(stage.emulator.faults.pending()).toEqual([]);
});

test('an upload that is cut in the middle is repeated from its first byte', async () => {
  const chat = await stage.openChat();
  stage.emulator.faults.add({ endpoint: 'cdn_upload', drop: 'middle' });
  const { path: filePath, bytes } = await file('clip.mp4', 3_000_000);
  await send(chat, filePath);

  expect(stage.shown(chat)[0]?.media?.bytes().equals(bytes)).toBe(true);
  expect(uploads()).toHaveLength(2);
});

test('an upload whose answer is lost is repeated and shown once', async () => {
  const chat = await stage.openChat();
  stage.emulator.faults.add({ endpoint: 'cdn_upload', drop: 'after' });
  const { path: filePath, bytes } = await file('photo.png', 5_000);
  await send(chat, filePath);

  expect(stage.shown(chat)).toHaveLength(1);
  expect(stage.shown(chat)[0]?.media?.bytes().equals(bytes)).toBe(true);
  expect(uploads()).toHaveLength(2);
});

test('a 4xx of the CDN is final: no second try, and no message', async () => {
  const chat = await stage.openChat();
  stage.emulator.faults.add({ endpoint: 'cdn_upload', status: 403 });
  const { path: filePath } = await file('photo.png', 5_000);
  await expect(send(chat, filePath)).rejects.toThrow(/CDN upload client error 403/);

  expect(uploads()).toHaveLength(1);
  expect(stage.requests(chat, 'sendmessage')).toEqual([]);
  expect(stage.shown(chat)).toEqual([]);
});

test('an upload that the server refuses ends before the CDN', async () => {
  const chat = await stage.openChat();
  stage.emulator.faults.add({ endpoint: 'getuploadurl', ret: -2 });
  const { path: filePath } = await file('photo.png', 5_000);
  await expect(send(chat, filePath)).rejects.toThrow(/no upload URL/);

  expect(uploads()).toEqual([]);
  expect(stage.shown(chat)).toEqual([]);
});

test('the agent answers with a file and its caption in the conversation', async () => {
  const chat = await stage.openChat();
  const { path: filePath, bytes } = await file('answer.pdf', 3_000);
  const replies = [{ mediaUrl: filePath, text: 'Here it is' }];
  await stage.client.call('replyWith', { accountId: chat.accountId, replies });
  await stage.say(chat, 'send me the answer');

  const [caption, media] = await stage.shows(chat, 2);
  expect(caption?.text).toBe('Here it is');
  expect(media).toMatchObject({ type: 'file', media: { name: 'answer.pdf' } });
  expect(media?.media?.bytes().equals(bytes)).toBe(true);
});

test('when the agent’s file cannot be uploaded the user is told', async () => {
  const chat = await stage.openChat();
  stage.emulator.faults.add({ endpoint: 'cdn_upload', status: 400 });
  const { path: filePath } = await file('answer.pdf', 3_000);
  await stage.client.call('replyWith', { accountId: chat.accountId, replies: [{ mediaUrl: filePath }] });
  await stage.say(chat, 'send me the answer');

  expect(await stage.shows(chat, 1)).toMatchObject([
    { type: 'text', text: expect.stringContaining('上传失败') },
  ]);
});

test('every part counts towards the quota, also the caption', async () => {
  stage.emulator.settings.quota = 3;
  const chat = await stage.openChat();
  const { path: filePath } = await file('photo.jpg', 100);
  await send(chat, filePath, 'one and two');
  await expect(send(chat, filePath, 'three and four')).rejects.toThrow(/ret=-2/);

  expect(stage.shown(chat).map(({ type }) => type)).toEqual(['text', 'image', 'text']);
  expect(stage.takeDrops()).toMatchObject([{ kind: 'refused', endpoint: 'sendmessage' }]);
});
