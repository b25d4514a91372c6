import { startBound, startChat, stopAll } from './wire-client';

afterEach(stopAll);

describe('the person', () => {
  it('sees both directions in order', async () => {
    const client = await startChat();
    await client.send('answer', { client_id: 'c-1' });
    await client.userWrites('thanks');
    const { emulator, chat } = client;
    const seen = emulator.sees(chat.bot_id, chat.user_id);
    expect(seen.map(({ from, text }) => [from, text])).toEqual([
      ['user', 'hello'],
      ['bot', 'answer'],
      ['user', 'thanks'],
    ]);
    expect(seen[1]).toMatchObject({ client_id: 'c-1', wire: { client_id: 'c-1' }, at: expect.any(Number) });
  });

  it('gets a copy of the chat that does not change any more', async () => {
    const client = await startChat();
    const before = client.emulator.sees(client.chat.bot_id, client.user);
    await client.userWrites('more');
    expect(before).toHaveLength(1);
  });

  it.each([
    ['an unknown bot', { bot_id: 'x@im.bot' }, 'There is no bot'],
    ['no text', { text: '' }, 'needs a text or media'],
    ['an id that is no user', { user_id: 'x' }, '@im.wechat'],
    ['an unknown kind', { media: { kind: 'gif', bytes: Buffer.alloc(1) } }, 'media.kind'],
  ])('cannot write with %s', async (_name, changes, words) => {
    const client = await startBound();
    const message = { ...client.chat, text: 'hi', ...changes } as never;
    await expect(client.emulator.write(message)).rejects.toThrow(words);
  });

  it('cannot write to a login that has ended', async () => {
    const client = await startBound();
    client.emulator.revoke(client.chat.bot_id);
    await expect(client.userWrites()).rejects.toThrow('has ended');
  });
});

describe('waitFor', () => {
  it('resolves at once when the chat is there already', async () => {
    const { emulator, chat } = await startChat();
    expect(await emulator.waitFor((seen) => seen.length === 1, chat)).toHaveLength(1);
  });

  it('resolves when the message comes', async () => {
    const client = await startChat();
    const waiting = client.emulator.waitFor((seen) => seen.some(({ text }) => text === 'there'), client.chat);
    await client.send('not yet');
    await client.send('there');
    expect((await waiting).at(-1)?.text).toBe('there');
  });

  it('looks once for many messages of one moment', async () => {
    const client = await startChat();
    let looks = 0;
    const waiting = client.emulator.waitFor((seen) => (looks += 1) > 0 && seen.length === 101, client.chat);
    for (let count = 0; count < 100; count += 1) void client.userWrites();
    await waiting;
    expect(looks).toBeLessThanOrEqual(3);
  });

  it('gives up after its time, with a text that shows no message', async () => {
    const client = await startChat();
    const failure = client.emulator.waitFor(() => false, client.chat, 10);
    await expect(failure).rejects.toThrow('Not there in 10 ms; the chat shows 1 messages');
  });

  it('passes on what the predicate throws, also later', async () => {
    const client = await startChat();
    const waiting = client.emulator.waitFor((seen) => {
      if (seen.length > 1) throw new Error('unexpected');
      return false;
    }, client.chat);
    void client.userWrites();
    await expect(waiting).rejects.toThrow('unexpected');
  });
});
