import { startChat, stopAll, textMessage } from './wire-client';

afterEach(stopAll);

describe('echo', () => {
  it.each([
    ['message_type', { message_type: 2, client_id: expect.stringMatching(/^server:/) }],
    ['client_id', { message_type: 1, client_id: 'mine' }],
    ['both', { message_type: 2, client_id: 'mine' }],
  ] as const)('sends a message of the bot back by its %s, and opens no window', async (echo, fields) => {
    const client = await startChat({ settings: { echo, quota: 1 } });
    const msg = textMessage(client.user, 'hello', { client_id: 'mine' });
    await client.post('sendmessage', { msg });
    const [back] = (await client.poll()).msgs;
    expect(back).toMatchObject({ ...fields, item_list: [{ text_item: { text: 'hello' } }] });
    const [from, to] =
      echo === 'client_id' ? [client.user, client.chat.bot_id] : [client.chat.bot_id, client.user];
    expect(back).toMatchObject({ from_user_id: from, to_user_id: to });
    expect(await client.send('second')).toMatchObject({ ret: -2 });
  });

  it('is off unless asked for', async () => {
    const client = await startChat({ holdMs: 0 });
    await client.send('hello');
    expect((await client.poll()).msgs).toEqual([]);
  });
});
