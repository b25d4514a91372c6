import { Stage } from './stage';
import { TencentClient } from './tencent/client';

const stage = Stage.set();

/** The body of a getupdates request. */
const cursorOf = ({ body }: { body: unknown }) => (body as { get_updates_buf: string }).get_updates_buf;

test('a text arrives with its sender, its time, its context token and every digit of its id', async () => {
  const chat = await stage.bind();
  await stage.monitor(chat);
  const wire = await stage.emulator.write({ ...chat, text: 'Grüße, 世界 👋🏽' });
  const { ctx } = await stage.received(wire);

  expect(BigInt(wire.message_id)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  expect(String(Number(wire.message_id))).not.toBe(wire.message_id);
  expect(ctx).toMatchObject({
    Body: 'Grüße, 世界 👋🏽',
    From: chat.user_id,
    AccountId: chat.accountId,
    MessageSidFull: wire.message_id,
    Timestamp: wire.create_time_ms,
    context_token: wire.context_token,
  });
});

test('the client announces its start, polls with all it has to send, and announces its end', async () => {
  const chat = await stage.bind();
  await stage.monitor(chat);
  const [poll] = stage.requests(chat, 'getupdates');
  expect(poll).toMatchObject({
    method: 'POST',
    outcome: 'pending',
    headers: {
      authorization: `Bearer ${chat.login.bot_token}`,
      authorizationtype: 'ilink_bot_token',
      'ilink-app-id': 'bot',
      'ilink-app-clientversion': '132105',
    },
    body: { get_updates_buf: '', base_info: { channel_version: '2.4.9', bot_agent: 'OpenClaw' } },
  });

  await stage.leave(chat);
  await stage.until(() => stage.emulator.polls(chat.bot_id) === 0);
  expect(stage.requests(chat, 'notifystart')).toMatchObject([{ outcome: 'ok' }]);
  expect(stage.requests(chat, 'notifystop')).toMatchObject([{ outcome: 'ok' }]);
});

test('messages that nobody polled for come in one answer and in order', async () => {
  const chat = await stage.bind();
  for (const text of ['one', 'two', 'three']) await stage.emulator.write({ ...chat, text });
  await stage.monitor(chat);
  const received = await stage.client.call('receiveCount', { accountId: chat.accountId, count: 3 });

  expect(received.map(({ ctx }) => ctx.Body)).toEqual(['one', 'two', 'three']);
  await stage.until(() => stage.requests(chat, 'getupdates').length === 2);
});

test('each poll carries the cursor of the answer before it, and the client keeps the newest on disk', async () => {
  const chat = await stage.bind();
  await stage.monitor(chat);
  const cursors = [''];
  for (const text of ['first', 'second']) {
    await stage.say(chat, text);
    await stage.listens(chat);
    cursors.push((await stage.client.call('storedCursor', { accountId: chat.accountId })) ?? '');
  }

  expect(stage.requests(chat, 'getupdates').map(cursorOf)).toEqual(cursors);
  expect(new Set(cursors).size).toBe(3);
});

test('a poll that ends with its hold is asked again with the same cursor and loses nothing', async () => {
  const chat = await stage.bind();
  await stage.monitor(chat);
  await stage.say(chat, 'before');
  await stage.listens(chat);
  stage.emulator.clock.advance(stage.emulator.settings.holdMs);
  await stage.until(() => stage.requests(chat, 'getupdates').length === 3);

  const [, held, next] = stage.requests(chat, 'getupdates').map(cursorOf);
  expect(next).toBe(held);
  expect((await stage.say(chat, 'after')).ctx.Body).toBe('after');
});

test('the client takes the announced hold as its own limit and leaves a poll that went silent', async () => {
  stage.emulator.settings.holdMs = 250;
  stage.emulator.faults.add({ endpoint: 'getupdates', skip: 1, silence: true });
  const chat = await stage.bind();
  await stage.monitor(chat);
  await stage.until(() => stage.requests(chat, 'getupdates').length >= 3);

  expect((await stage.say(chat, 'still here')).ctx.Body).toBe('still here');
});

test.each([
  ['a gateway error', { status: 524 }],
  ['half an answer', { body: 'truncated', process: false }],
  ['a page in HTML', { body: 'html' }],
  ['a cut connection', { drop: 'before' }],
  ['an error code', { ret: -1, errmsg: 'system error' }],
] as const)('the client polls again after %s', async (_name, fault) => {
  const chat = await stage.bind();
  stage.emulator.faults.add({ endpoint: 'getupdates', ...fault });
  await stage.emulator.write({ ...chat, text: 'patience' });
  await stage.monitor(chat);
  const [message] = await stage.client.call('receiveCount', { accountId: chat.accountId, count: 1 });

  expect(message?.ctx.Body).toBe('patience');
  expect(stage.emulator.faults.pending()).toEqual([]);
});

test('a client that starts again goes on from its cursor and gets only what came meanwhile', async () => {
  const chat = await stage.bind();
  await stage.monitor(chat);
  await stage.say(chat, 'old');
  const cursor = await stage.client.call('storedCursor', { accountId: chat.accountId });
  await stage.leave(chat);
  await stage.emulator.write({ ...chat, text: 'meanwhile' });

  const { stateDir } = stage.client;
  const restarted = await TencentClient.start(stage.emulator, { stateDir });
  try {
    const before = stage.requests(chat, 'getupdates').length;
    await restarted.call('startMonitor', { accountId: chat.accountId });
    const [message] = await restarted.call('receiveCount', { accountId: chat.accountId, count: 1 });

    expect(message?.ctx.Body).toBe('meanwhile');
    expect(stage.requests(chat, 'getupdates').slice(before).map(cursorOf)[0]).toBe(cursor);
    await stage.listens(chat);
    expect(restarted.inbound).toHaveLength(1);
  } finally {
    await restarted.stop();
  }
});

test('of two clients on one login each message reaches exactly one', async () => {
  const chat = await stage.bind();
  await stage.monitor(chat);
  const other = await TencentClient.start(stage.emulator);
  try {
    await other.call('adopt', chat.login);
    await other.call('startMonitor', { accountId: chat.accountId });
    await stage.until(() => stage.emulator.polls(chat.bot_id) === 2);
    // So long two polls have to be held before the emulator takes them for two.
    stage.emulator.clock.advance(50);
    const texts = ['a', 'b', 'c', 'd'];
    for (const text of texts) await stage.emulator.write({ ...chat, text });
    const mine = () => stage.client.inbound.filter(({ accountId }) => accountId === chat.accountId);
    await stage.until(() => mine().length + other.inbound.length === texts.length);

    const all = [...mine(), ...other.inbound].map(({ ctx }) => ctx.Body);
    expect(all.sort()).toEqual(texts);
    expect(other.inbound.length).toBeGreaterThan(0);
  } finally {
    await other.stop();
  }
  expect(stage.takeDrops()).toContainEqual(expect.objectContaining({ reason: 'second_poll' }));
});

test('a login elsewhere ends the token: the client is told -14, pauses, and sends nothing more', async () => {
  const chat = await stage.openChat();
  await stage.listens(chat);
  stage.emulator.bind({ user_id: chat.user_id });
  await stage.until(() => stage.requests(chat, 'getupdates').some(({ outcome }) => outcome === 'ret -14'));

  const late = { accountId: chat.accountId, to: chat.user_id, text: 'too late' };
  await stage.until(() => stage.emulator.polls(chat.bot_id) === 0);
  await expect(stage.client.call('sendText', late)).rejects.toThrow(/session paused/);
  expect(stage.requests(chat, 'sendmessage')).toEqual([]);
  // The notifystop at its end is refused too.
  await stage.leave(chat);
  expect(stage.takeDrops().map(({ endpoint, reason }) => [endpoint, reason])).toEqual([
    ['getupdates', 'stale_token'],
    ['notifystop', 'stale_token'],
  ]);
});

test('a quote by id is found again by the id under which the quoted message came', async () => {
  const chat = await stage.openChat();
  const quoted = await stage.emulator.write({ ...chat, text: 'What is the answer?' });
  await stage.received(quoted);
  const answer = { ...chat, text: 'to this', quote: { svr_id: quoted.message_id } };
  const { ctx } = await stage.received(await stage.emulator.write(answer));

  expect(ctx).toMatchObject({
    Body: 'to this',
    ReplyToIsQuote: true,
    ReplyToId: quoted.message_id,
    ReplyToBody: 'What is the answer?',
  });
});

test.each(['message', 'part'] as const)(
  'a quoted part is found, its end counted from the %s',
  async (endFrom) => {
    stage.emulator.settings.quoteEndFrom = endFrom;
    const chat = await stage.openChat();
    const whole = 'one two three one two three, 猫猫';
    const quoted = await stage.emulator.write({ ...chat, text: whole });
    await stage.received(quoted);
    for (const part of ['two three one two three', 'three, 猫', 'one']) {
      const quote = { svr_id: quoted.message_id, part };
      const { ctx } = await stage.received(await stage.emulator.write({ ...chat, text: 'this', quote }));
      expect(ctx).toMatchObject({ ReplyToBody: whole, ReplyToQuoteText: part });
    }
  },
);

test('a quote of what the bot said is found by the id that sendmessage answered', async () => {
  const chat = await stage.openChat();
  await stage.client.call('replyWith', { accountId: chat.accountId, replies: [{ text: 'forty-two' }] });
  await stage.say(chat, 'so?');
  const [said] = await stage.shows(chat, 1);
  await stage.client.call('replyWith', { accountId: chat.accountId, replies: [] });
  const svr_id = said?.message_id ?? '';
  const { ctx } = await stage.received(
    await stage.emulator.write({ ...chat, text: 'why?', quote: { svr_id } }),
  );

  expect(ctx).toMatchObject({ ReplyToId: svr_id, ReplyToBody: 'forty-two' });
});

test('a message without an id, as some come, is known by the id of its item', async () => {
  const chat = await stage.openChat();
  const nameless = { ...chat, text: 'nameless', overrides: { message_id: undefined } };
  const { item_list } = await stage.emulator.write(nameless);
  const message = await stage.client.received(
    ({ accountId, ctx }) => accountId === chat.accountId && ctx.Body === 'nameless',
  );

  expect(message.ctx.MessageSidFull).toBe(item_list[0]?.msg_id);
});

test('a hundred messages arrive in order, each with the time of its arrival', async () => {
  const chat = await stage.openChat();
  const count = 100;
  const counted = stage.client.call('receiveCount', { accountId: chat.accountId, skip: 1, count });
  for (let index = 0; index < count; index++) await stage.emulator.write({ ...chat, text: `${index}` });
  const received = await counted;

  expect(received.map(({ ctx }) => ctx.Body)).toEqual(
    Array.from({ length: count }, (_, index) => `${index}`),
  );
  const times = received.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.abs((times.at(-1) ?? 0) - Date.now())).toBeLessThan(10_000);
});
