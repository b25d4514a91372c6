import { Stage, type Chat } from './stage';

const stage = Stage.set();

const to = (chat: Chat) => ({ accountId: chat.accountId, to: chat.user_id });
const contextTokenOf = (chat: Chat) =>
  stage.client.inbound.filter(({ accountId }) => accountId === chat.accountId).at(-1)?.ctx.context_token;

test('a text is shown as it was written', async () => {
  const chat = await stage.openChat();
  const text = 'Zwei Zeilen,\n第二行 👩‍👩‍👧 “quoted” \\ and a tab\t.';
  const { messageId } = await stage.client.call('sendText', { ...to(chat), text });

  expect(stage.shown(chat)).toMatchObject([{ type: 'text', text, client_id: messageId }]);
});

test('the request carries what the server needs to deliver it', async () => {
  const chat = await stage.openChat();
  await stage.client.call('sendText', { ...to(chat), text: 'whole' });
  const [request] = stage.requests(chat, 'sendmessage');

  expect(request).toMatchObject({
    outcome: 'ok',
    body: {
      msg: {
        from_user_id: '',
        to_user_id: chat.user_id,
        client_id: expect.stringMatching(/./),
        message_type: 2,
        message_state: 2,
        context_token: contextTokenOf(chat),
        item_list: [{ type: 1, text_item: { text: 'whole' } }],
      },
      base_info: { channel_version: '2.4.9' },
    },
  });
});

test('the client reads the id of its message with every digit', async () => {
  const chat = await stage.openChat();
  const sent = await stage.client.call('sendMessage', {
    ...to(chat),
    text: 'id?',
    contextToken: contextTokenOf(chat),
  });

  expect(sent.serverMessageId).toBe(stage.shown(chat)[0]?.message_id);
  expect(String(Number(sent.serverMessageId))).not.toBe(sent.serverMessageId);
});

test('a server of the older kind answers {} and shows the message', async () => {
  stage.emulator.settings.replyStyle = 'empty';
  const chat = await stage.openChat();
  const sent = await stage.client.call('sendMessage', {
    ...to(chat),
    text: 'old',
    contextToken: contextTokenOf(chat),
  });

  expect(sent.serverMessageId).toBeUndefined();
  expect(stage.shown(chat)).toMatchObject([{ text: 'old' }]);
});

test('an answer without an id from a server that has ids means: accepted, and not shown', async () => {
  stage.emulator.settings.replyStyle = 'unconfirmed';
  const chat = await stage.openChat();
  const sent = await stage.client.call('sendMessage', {
    ...to(chat),
    text: 'lost',
    contextToken: contextTokenOf(chat),
  });

  expect(sent.serverMessageId).toBeUndefined();
  expect(stage.shown(chat)).toEqual([]);
  expect(stage.takeDrops()).toMatchObject([
    { endpoint: 'sendmessage', kind: 'dropped', bot_id: chat.bot_id },
  ]);
});

test('the agent answers a message in its conversation', async () => {
  const chat = await stage.openChat();
  await stage.client.call('replyWith', {
    accountId: chat.accountId,
    replies: [{ text: 'one' }, { text: 'two' }],
  });
  await stage.say(chat, 'count');

  expect((await stage.shows(chat, 2)).map(({ text }) => text)).toEqual(['one', 'two']);
});

test('the progress of a tool is sent before the answer and is no text on the phone', async () => {
  const chat = await stage.openChat();
  await stage.client.call('replyWith', {
    accountId: chat.accountId,
    replies: [{ tool: 'search', text: 'found' }],
  });
  await stage.say(chat, 'find it');
  await stage.shows(chat, 1);
  await stage.until(
    () => stage.requests(chat, 'sendmessage').filter(({ status }) => status === 200).length === 3,
  );

  const types = stage.requests(chat, 'sendmessage').map(({ body }) => {
    const { msg } = body as { msg: { item_list: { type: number }[] } };
    return msg.item_list[0]?.type;
  });
  expect(types.sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual([1, 11, 12]);
  expect(stage.shown(chat).map(({ text }) => text)).toEqual(['found']);
  const notShown = { kind: 'dropped', reason: 'tool_progress_not_shown' };
  expect(stage.takeDrops()).toMatchObject([notShown, notShown]);
});

test('without a context token the message is delivered where the server is generous', async () => {
  const chat = await stage.openChat();
  await stage.client.call('sendMessage', { ...to(chat), text: 'no token' });

  expect(stage.shown(chat)).toMatchObject([{ text: 'no token' }]);
  stage.takeDrops();
});

test('without a context token the message is lost in silence where the server is strict', async () => {
  stage.emulator.settings.withoutContextToken = 'drop';
  const chat = await stage.openChat();
  await stage.client.call('sendMessage', { ...to(chat), text: 'no token' });

  expect(stage.shown(chat)).toEqual([]);
  expect(stage.takeDrops()).toMatchObject([{ kind: 'dropped', endpoint: 'sendmessage' }]);
});

test('without a context token the message is refused where the server says so', async () => {
  stage.emulator.settings.withoutContextToken = 'refuse';
  const chat = await stage.openChat();
  await expect(stage.client.call('sendMessage', { ...to(chat), text: 'no token' })).rejects.toThrow(
    /ret=-\d/,
  );

  expect(stage.shown(chat)).toEqual([]);
  expect(stage.takeDrops()).toMatchObject([{ kind: 'refused', endpoint: 'sendmessage' }]);
});

test('before the user has written the bot is refused', async () => {
  const chat = await stage.bind();
  await expect(stage.client.call('sendText', { ...to(chat), text: 'hi there' })).rejects.toThrow(/ret=-2/);

  expect(stage.shown(chat)).toEqual([]);
  expect(stage.takeDrops().map(({ kind }) => kind)).toContain('refused');
});

test('after ten messages the user has to write again', async () => {
  const chat = await stage.openChat();
  for (let index = 1; index <= 10; index++)
    await stage.client.call('sendText', { ...to(chat), text: `${index}` });
  await expect(stage.client.call('sendText', { ...to(chat), text: '11' })).rejects.toThrow(/ret=-2/);
  expect(stage.takeDrops()).toMatchObject([{ kind: 'refused', endpoint: 'sendmessage' }]);

  await stage.say(chat, 'go on');
  await stage.client.call('sendText', { ...to(chat), text: '12' });
  expect(stage.shown(chat)).toHaveLength(11);
});

test('a day after the last message of the user the bot is refused', async () => {
  const chat = await stage.openChat();
  stage.emulator.clock.advance(stage.emulator.settings.windowMs);
  await expect(stage.client.call('sendText', { ...to(chat), text: 'good morning' })).rejects.toThrow(
    /ret=-2/,
  );

  expect(stage.takeDrops()).toMatchObject([{ kind: 'refused', endpoint: 'sendmessage' }]);
});

test('a text of the longest length is shown whole, and one byte more is refused', async () => {
  const chat = await stage.openChat();
  const longest = '字'.repeat(5461) + 'x';
  expect(Buffer.byteLength(longest)).toBe(16_384);
  await stage.client.call('sendText', { ...to(chat), text: longest });
  expect(stage.shown(chat)[0]?.text).toBe(longest);

  await expect(stage.client.call('sendText', { ...to(chat), text: `${longest}x` })).rejects.toThrow(/ret=-2/);
  expect(stage.takeDrops()).toMatchObject([{ kind: 'refused', endpoint: 'sendmessage' }]);
});

test('an id in the wrong case is somebody else', async () => {
  const chat = await stage.openChat();
  const wrong = {
    accountId: chat.accountId,
    to: swapCase(chat.user_id),
    text: 'hi',
    contextToken: contextTokenOf(chat),
  };
  await expect(stage.client.call('sendMessage', wrong)).rejects.toThrow(/ret=-3/);

  expect(stage.shown(chat)).toEqual([]);
  expect(stage.takeDrops()).toMatchObject([{ kind: 'refused', endpoint: 'sendmessage' }]);
});

test('a run of texts is accepted one after the other, each with its times', async () => {
  stage.emulator.settings.quota = 50;
  const chat = await stage.openChat();
  const run = { ...to(chat), text: 'number', count: 50, contextToken: contextTokenOf(chat) };
  const sent = await stage.client.call('sendTexts', run);

  expect(stage.shown(chat).map(({ client_id }) => client_id)).toEqual(sent.map(({ messageId }) => messageId));
  expect(stage.shown(chat).map(({ message_id }) => message_id)).toEqual(
    sent.map((send) => send.serverMessageId),
  );
  const times = sent.flatMap(({ startedAt, acceptedAt }) => [startedAt, acceptedAt]);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

const swapCase = (text: string) =>
  text.replace(/^[^@]+/, (name) =>
    name.replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())),
  );
