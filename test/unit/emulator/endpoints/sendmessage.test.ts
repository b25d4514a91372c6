import { startBound, startChat, stopAll, textMessage, WireClient } from '../wire-client';

afterEach(stopAll);

const HOUR = 3_600_000;
const fromBot = ({ emulator, chat }: WireClient) =>
  emulator.sees(chat.bot_id, chat.user_id).filter(({ from }) => from === 'bot');
const fill = async (client: WireClient, count: number) => {
  for (let sent = 0; sent < count; sent += 1) await client.send(`part ${sent}`);
};

describe('sendmessage', () => {
  it('shows a text and answers with a bare message id', async () => {
    const client = await startChat();
    const response = await client.request('sendmessage', { msg: textMessage(client.user, '**hi** 你好') });
    const [shown] = fromBot(client);
    expect(shown).toMatchObject({ type: 'text', text: '**hi** 你好' });
    expect(await response.text()).toBe(`{"ret":0,"message_id":${shown?.message_id}}`);
    expect(client.reasons()).toEqual([]);
  });

  it.each([
    ['empty', '{}', 1],
    ['unconfirmed', '{"ret":0}', 0],
  ] as const)('answers in the style %s with %s', async (replyStyle, body, shown) => {
    const client = await startChat({ settings: { replyStyle } });
    const response = await client.request('sendmessage', { msg: textMessage(client.user, 'hi') });
    expect(await response.text()).toBe(body);
    expect(fromBot(client)).toHaveLength(shown);
  });

  it.each([
    [{ from_user_id: undefined }, 'from_user_id_missing'],
    [{ client_id: undefined }, 'client_id_missing'],
    [{ message_type: undefined }, 'message_type_wrong'],
    [{ message_state: undefined }, 'message_state_wrong'],
    [{ message_state: 1 }, 'message_state_generating'],
  ])('answers {} and drops a message with %j', async (changes, reason) => {
    const client = await startChat();
    expect(await client.send('hi', changes)).toEqual({});
    expect(fromBot(client)).toEqual([]);
    expect(client.emulator.dropped).toMatchObject([{ kind: 'dropped', reason, bot_id: client.chat.bot_id }]);
  });

  it('answers {} and drops a message without base_info', async () => {
    const client = await startChat();
    expect(
      await client.post('sendmessage', { msg: textMessage(client.user, 'hi'), base_info: undefined }),
    ).toEqual({});
    expect([fromBot(client), client.reasons()]).toEqual([[], ['base_info_missing']]);
  });

  it('refuses several items, and text mixed with media with -3', async () => {
    const client = await startChat();
    const text = { type: 1, text_item: { text: 'caption' } };
    const image = { type: 2, image_item: {} };
    expect(await client.send('', { item_list: [text, image] })).toMatchObject({
      ret: -3,
      errmsg: 'invalid arguments',
    });
    expect(await client.send('', { item_list: [text, text] })).toMatchObject({ ret: -2 });
    expect(await client.send('', { item_list: [] })).toMatchObject({ ret: -2 });
  });

  it('takes 16,384 bytes of text and refuses one more', async () => {
    const client = await startChat();
    expect(await client.send('x'.repeat(16_384))).toMatchObject({ ret: 0 });
    expect(await client.send('你'.repeat(5461) + 'xx')).toMatchObject({ ret: -2, errmsg: 'text too long' });
  });

  it('cuts what it shows when the setting says so, by characters and not by halves of them', async () => {
    const client = await startChat({ settings: { textCutChars: 3 } });
    await client.send('a😀b😀');
    expect(fromBot(client)[0]?.text).toBe('a😀b');
  });

  it('answers -3 to a user that it does not know, or whose id has another case', async () => {
    const client = await startChat();
    for (const to_user_id of [
      'nobody@im.wechat',
      client.user.replace('@im.wechat', '@IM.wechat'),
      undefined,
      '',
    ]) {
      expect(await client.send('hi', { to_user_id })).toMatchObject({ ret: -3, errmsg: 'invalid arguments' });
    }
    expect(client.reasons()).toEqual(Array(4).fill('unknown_user'));
  });

  it('drops a reused client_id, answers with the first id, and counts it once', async () => {
    const client = await startChat({ settings: { quota: 1 } });
    const first = await client.send('one', { client_id: 'same' });
    expect(await client.send('two', { client_id: 'same' })).toEqual(first);
    expect(fromBot(client).map(({ text }) => text)).toEqual(['one']);
    expect(client.emulator.dropped).toMatchObject([{ kind: 'dropped', reason: 'client_id_reused' }]);
  });

  it('takes a client_id again whose first message was refused', async () => {
    const client = await startBound();
    expect(await client.send('one', { client_id: 'same' })).toMatchObject({ ret: -2 });
    await client.userWrites();
    expect(await client.send('one', { client_id: 'same' })).toMatchObject({ ret: 0 });
    expect(fromBot(client)).toHaveLength(1);
  });
});

describe('context tokens', () => {
  it('stay usable, old ones too', async () => {
    const client = await startChat();
    const { context_token } = await client.userWrites();
    await client.userWrites();
    client.emulator.clock.advance(11 * HOUR);
    expect(await client.send('hi', { context_token })).toMatchObject({ ret: 0 });
    expect(await client.send('again', { context_token })).toMatchObject({ ret: 0 });
  });

  it('are refused when unknown, or from another user or another login', async () => {
    const client = await startChat();
    const { bot_id } = client.chat;
    const other = await client.emulator.write({ bot_id, user_id: 'other@im.wechat', text: 'hi' });
    const { context_token: earlier } = await client.userWrites();
    const anew = new WireClient(client.emulator, client.emulator.bind({ user_id: client.user }));
    await anew.userWrites();
    for (const context_token of ['garbage', other.context_token, earlier, 7]) {
      expect(await anew.send('hi', { context_token })).toMatchObject({
        ret: -2,
        errmsg: 'invalid context_token',
      });
    }
    expect(client.emulator.dropped.map(({ reason }) => reason)).toEqual(
      Array(4).fill('unknown_context_token'),
    );
  });

  it.each([
    ['deliver', { ret: 0, message_id: expect.any(Number) }, 1],
    ['drop', { ret: 0 }, 0],
    ['refuse', { ret: -2, errcode: -2, errmsg: 'context_token required' }, 0],
  ] as const)('may be missing, with the setting %s', async (withoutContextToken, answer, shown) => {
    const client = await startChat({ settings: { withoutContextToken } });
    expect(await client.send('hi')).toEqual(answer);
    expect(fromBot(client)).toHaveLength(shown);
  });
});

describe('window and quota', () => {
  it('are closed until the user has written after the login', async () => {
    const client = await startBound();
    expect(await client.send('hi')).toMatchObject({ ret: -2, errmsg: 'prepare failed' });
    expect(client.reasons()).toEqual(['user_must_write_first']);
    await client.userWrites();
    expect(await client.send('hi')).toMatchObject({ ret: 0 });
  });

  it('let ten messages through and refuse the eleventh, until the user writes', async () => {
    const client = await startChat();
    await fill(client, 10);
    expect(await client.send('eleventh')).toMatchObject({ ret: -2, errmsg: 'prepare failed' });
    await client.userWrites();
    expect(await client.send('again')).toMatchObject({ ret: 0 });
    expect(fromBot(client)).toHaveLength(11);
  });

  it('count what is accepted and not shown, and not what is dropped for its form', async () => {
    const client = await startChat({ settings: { quota: 2 } });
    await client.send('no', { from_user_id: undefined });
    await client.sendItem({ type: 11, tool_call_start_item: { tool_name: 'search' } });
    expect(client.reasons()).toContain('tool_progress_not_shown');
    await client.send('second');
    expect(await client.send('third')).toMatchObject({ ret: -2 });
    expect(fromBot(client).map(({ text }) => text)).toEqual(['second']);
  });

  it('close 24 hours after the user wrote; what the bot sends does not refresh them', async () => {
    const client = await startChat();
    client.emulator.clock.advance(23 * HOUR);
    expect(await client.send('hi')).toMatchObject({ ret: 0 });
    client.emulator.clock.advance(HOUR);
    expect(await client.send('hi')).toMatchObject({ ret: -2 });
    expect(client.reasons()).toEqual(['window_over']);
  });

  it.each(['prepare failed', 'unknown error', ''] as const)(
    'refuse with the text %p',
    async (closedErrmsg) => {
      const client = await startBound({ settings: { closedErrmsg } });
      expect(await client.send('hi')).toEqual({ ret: -2, errcode: -2, errmsg: closedErrmsg });
    },
  );

  it('note a client that repeats against them', async () => {
    const client = await startBound();
    await fill(client, 3);
    expect(client.reasons().filter((reason) => reason === 'repeated_against_closed_window')).toHaveLength(2);
  });

  it('are per user', async () => {
    const client = await startChat({ settings: { quota: 1 } });
    await client.emulator.write({ bot_id: client.chat.bot_id, user_id: 'other@im.wechat', text: 'hi' });
    await client.send('mine');
    expect(await client.send('theirs', { to_user_id: 'other@im.wechat' })).toMatchObject({ ret: 0 });
    expect(await client.send('mine')).toMatchObject({ ret: -2 });
  });

  it('throttle, when the setting asks for it, with the code that it names', async () => {
    const client = await startChat({ settings: { throttlePerFiveMinutes: 2, throttleRet: -13 } });
    await fill(client, 2);
    expect(await client.send('third')).toMatchObject({ ret: -13 });
    client.emulator.clock.advance(5 * 60_000);
    expect(await client.send('third')).toMatchObject({ ret: 0 });
  });

  it('throttle for longer with each try during the penalty, with a text that says nothing', async () => {
    const settings = { throttlePerSecond: 1, throttlePenaltyMs: 600_000, throttleErrmsg: '' };
    const client = await startChat({ settings });
    await client.send('first');
    expect(await client.send('too soon')).toMatchObject({ ret: -2, errmsg: '' });
    client.emulator.clock.advance(300_000);
    expect(await client.send('a repeat')).toMatchObject({ ret: -2 });
    client.emulator.clock.advance(600_000);
    expect(await client.send('within the longer penalty')).toMatchObject({ ret: -2 });
    client.emulator.clock.advance(2_000_000);
    expect(await client.send('after it')).toMatchObject({ ret: 0 });
    expect(client.reasons()).toEqual([
      'throttled',
      ...['repeated_while_throttled', 'throttled', 'repeated_while_throttled', 'throttled'],
    ]);
  });

  it('hold for the bot or the person that they were set for, and for nobody else', async () => {
    const client = await startChat();
    const other = new WireClient(client.emulator, client.emulator.bind());
    await other.userWrites();
    client.emulator.settingsFor({ bot_id: client.chat.bot_id }, { replyStyle: 'unconfirmed' });
    expect(await client.send('hi')).toEqual({ ret: 0 });
    expect(await other.send('hi')).toMatchObject({ message_id: expect.anything() });
    client.emulator.settingsFor({ user_id: other.user }, { quota: 1 });
    expect(await other.send('hi')).toMatchObject({ ret: -2 });
    expect(await client.send('hi')).toEqual({ ret: 0 });
  });
});

describe('an older context token', () => {
  const olderToken = async (olderContextToken: 'accept' | 'refuse') => {
    const client = await startBound({ settings: { olderContextToken } });
    const { context_token } = await client.userWrites('first');
    await client.poll();
    await client.userWrites('second');
    expect(await client.send('before the newer one was fetched', { context_token })).toMatchObject({
      ret: 0,
    });
    await client.poll();
    expect(await client.send('on its way meanwhile', { context_token })).toMatchObject({ ret: 0 });
    expect(client.reasons()).toEqual([]);
    client.emulator.clock.advance(2000);
    return { client, answer: await client.send('with the older one', { context_token }) };
  };

  it('is taken with a complaint', async () => {
    const { client, answer } = await olderToken('accept');
    expect(answer).toMatchObject({ ret: 0 });
    expect(client.reasons()).toEqual(['older_context_token']);
  });

  it('is refused when the settings say so', async () => {
    const { client, answer } = await olderToken('refuse');
    expect(answer).toMatchObject({ ret: -2, errmsg: 'invalid context_token' });
    expect(client.reasons()).toEqual(['older_context_token']);
  });

  it('is no fault while the answer with the newer one was cut off', async () => {
    const client = await startBound();
    const { context_token } = await client.userWrites('first');
    await client.poll();
    await client.userWrites('second');
    client.emulator.faults.add({ endpoint: 'getupdates', drop: 'after' });
    await expect(client.poll()).rejects.toThrow();
    client.emulator.clock.advance(2000);
    await client.send('hi', { context_token });
    expect(client.reasons()).toEqual([]);
  });
});

describe('the id of a sent message', () => {
  it.each([
    ['text', expect.stringMatching(/^\d+$/)],
    ['zero', 0],
    ['empty', ''],
    ['null', null],
    ['object', {}],
  ] as const)('is written as %s', async (messageIdStyle, message_id) => {
    const client = await startChat({ settings: { messageIdStyle } });
    expect(await client.send('hi')).toEqual({ ret: 0, message_id });
  });
});
