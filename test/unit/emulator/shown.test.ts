import { startChat, stopAll, type WireClient } from './wire-client';

afterEach(stopAll);

const bytes = Buffer.from('a picture '.repeat(20));
const lastSeen = ({ emulator, chat }: WireClient) => emulator.sees(chat.bot_id, chat.user_id).at(-1);

describe('what the phone shows', () => {
  it('is the image, decrypted, of a correct image message', async () => {
    const client = await startChat();
    const { media, cipherSize } = await client.upload(bytes, 1);
    expect(await client.sendItem({ type: 2, image_item: { media, mid_size: cipherSize } })).toMatchObject({
      ret: 0,
    });
    const seen = lastSeen(client);
    expect(seen).toMatchObject({ from: 'bot', type: 'image', media: { kind: 'image', size: bytes.length } });
    expect(seen?.media?.bytes()).toEqual(bytes);
    expect(client.reasons()).toEqual([]);
  });

  it('is a file with its name, and a video', async () => {
    const client = await startChat();
    const file = await client.upload(bytes, 3);
    const file_item = { media: file.media, file_name: '报告.pdf', len: String(file.plainSize) };
    await client.sendItem({ type: 4, file_item });
    expect(lastSeen(client)).toMatchObject({ type: 'file', media: { name: '报告.pdf', size: bytes.length } });
    const video = await client.upload(bytes, 2);
    await client.sendItem({ type: 5, video_item: { media: video.media, video_size: video.cipherSize } });
    expect(lastSeen(client)?.media?.bytes()).toEqual(bytes);
    expect(client.reasons()).toEqual([]);
  });

  it('is a grey image when the key is base64 of the raw bytes', async () => {
    const client = await startChat();
    const { media, keyHex, cipherSize } = await client.upload(bytes, 1);
    const aes_key = Buffer.from(keyHex, 'hex').toString('base64');
    const answer = await client.sendItem({
      type: 2,
      image_item: { media: { ...media, aes_key }, mid_size: cipherSize },
    });
    expect(answer).toMatchObject({ ret: 0 });
    expect(client.emulator.dropped).toMatchObject([{ kind: 'broken', reason: 'aes_key_raw' }]);
    expect(lastSeen(client)?.media?.broken).toBe('aes_key_raw');
    expect(() => lastSeen(client)?.media?.bytes()).toThrow('aes_key_raw');
  });

  it('is nothing of a voice message, which is accepted and counted all the same', async () => {
    const client = await startChat({ settings: { quota: 1 } });
    const { media } = await client.upload(bytes, 4);
    expect(await client.sendItem({ type: 3, voice_item: { media } })).toMatchObject({
      ret: 0,
      message_id: expect.anything(),
    });
    expect(lastSeen(client)?.from).toBe('user');
    expect(client.emulator.dropped).toMatchObject([{ kind: 'dropped', reason: 'voice_not_shown' }]);
    expect(await client.send('text')).toMatchObject({ ret: -2 });
  });

  it('is nothing of a media message without a reference to a file', async () => {
    const client = await startChat();
    expect(await client.sendItem({ type: 2, image_item: { mid_size: 1 } })).toMatchObject({
      ret: -2,
      errmsg: 'invalid media',
    });
    expect(client.reasons()).toEqual(['media_incomplete']);
  });
});
