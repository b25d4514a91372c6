import { connect } from 'node:net';
import { headersFor, startBound, startChat, stopAll, until, type WireClient } from '../wire-client';

afterEach(stopAll);

const texts = (answer: { msgs: unknown[] }) =>
  answer.msgs.map(
    (msg) => (msg as { item_list: { text_item: { text: string } }[] }).item_list[0]?.text_item.text,
  );
const held = (client: WireClient, polls = 1) =>
  until(() => client.emulator.polls(client.chat.bot_id) === polls);

describe('getupdates', () => {
  it('holds a poll until the user writes', async () => {
    const client = await startBound();
    const poll = client.poll();
    await held(client);
    await client.userWrites('hi');
    expect(texts(await poll)).toEqual(['hi']);
  });

  it('ends a poll after the hold, with an announcement of the hold and a first cursor', async () => {
    const client = await startBound({ holdMs: 20_000 });
    const poll = client.poll();
    await held(client);
    client.emulator.clock.advance(19_000);
    expect(client.emulator.polls(client.chat.bot_id)).toBe(1);
    client.emulator.clock.advance(1000);
    expect(await poll).toEqual({
      ret: 0,
      msgs: [],
      get_updates_buf: expect.stringMatching(/.{20}/),
      longpolling_timeout_ms: 20_000,
    });
  });

  it.each([
    ['new', expect.stringMatching(/.{20}/)],
    ['empty', ''],
    ['absent', undefined],
    ['same', 'abc'],
  ] as const)('gives a cursor that is %s, with messages and without', async (style, get_updates_buf) => {
    const settings = { emptyPollCursor: style, cursorWithMessages: style, holdMs: 0 };
    const client = await startBound({ settings });
    expect((await client.poll('abc')).get_updates_buf).toEqual(get_updates_buf);
    await client.userWrites();
    expect((await client.poll('abc')).get_updates_buf).toEqual(get_updates_buf);
  });

  it('keeps the hold to itself, and repeats the cursor, when the settings say so', async () => {
    const client = await startBound({
      settings: { announceHold: false, emptyPollCursor: 'same', holdMs: 0 },
    });
    expect(await client.poll('abc')).toEqual({ ret: 0, msgs: [], get_updates_buf: 'abc' });
  });

  it('delivers what waited, in order, with a message id that is a bare number above 2^53', async () => {
    const client = await startBound();
    const first = await client.userWrites('one');
    await client.userWrites('two');
    const text = await (await client.request('getupdates', { get_updates_buf: '' })).text();
    expect(text).toContain(`"message_id":${first.message_id},`);
    expect(BigInt(first.message_id)).toBeGreaterThan(2n ** 53n);
    expect(texts(JSON.parse(text))).toEqual(['one', 'two']);
  });

  it('delivers a message by the fields of the protocol', async () => {
    const client = await startBound();
    const wire = await client.userWrites('one');
    const [msg] = (await client.poll()).msgs;
    expect(msg).toMatchObject({
      seq: 1,
      from_user_id: client.user,
      to_user_id: client.chat.bot_id,
      client_id: wire.client_id,
      create_time_ms: expect.any(Number),
      session_id: expect.any(String),
      message_type: 1,
      message_state: 2,
      context_token: wire.context_token,
      item_list: [{ type: 1, text_item: { text: 'one' } }],
    });
  });

  it('acknowledges on delivery: an old cursor brings nothing back', async () => {
    const client = await startBound();
    await client.userWrites('one');
    const { get_updates_buf } = await client.poll('');
    client.emulator.settings.holdMs = 0;
    expect((await client.poll(get_updates_buf)).msgs).toEqual([]);
    expect((await client.poll('')).msgs).toEqual([]);
  });

  it('gives opaque cursors that differ each time', async () => {
    const client = await startBound();
    const cursors = new Set<string>();
    for (let count = 0; count < 3; count += 1) {
      await client.userWrites();
      cursors.add((await client.poll()).get_updates_buf);
    }
    expect(cursors.size).toBe(3);
    for (const cursor of cursors) expect(cursor).toMatch(/^[\w+/=]{20,}$/);
  });

  it('lets two polls steal from each other: each message goes to exactly one', async () => {
    const client = await startBound();
    const polls = [client.poll(), client.poll()];
    await held(client, 2);
    await client.userWrites('one');
    await client.userWrites('two');
    expect((await Promise.all(polls)).map(texts).sort()).toEqual([['one'], ['two']]);
  });

  it('does not give a message to a poll whose connection has closed', async () => {
    const client = await startBound();
    const controller = new AbortController();
    const gone = client.poll('', controller.signal);
    await held(client);
    controller.abort();
    await expect(gone).rejects.toThrow();
    await held(client, 0);
    await client.userWrites('kept');
    expect(texts(await client.poll())).toEqual(['kept']);
  });

  it('loses the message when the connection dies unnoticed, as the real server does', async () => {
    const client = await startBound();
    const { hostname, port } = new URL(client.emulator.apiUrl);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ get_updates_buf: '' });
    const headers = {
      ...headersFor(client.login.bot_token),
      Host: hostname,
      'Content-Length': String(body.length),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(`POST /ilink/bot/getupdates HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
    await held(client);
    socket.pause();
    // Written before the server can hear that the reader is gone.
    socket.destroy();
    await client.userWrites('lost');
    client.emulator.settings.holdMs = 0;
    expect((await client.poll()).msgs).toEqual([]);
  });

  it('carries at most as many messages in one answer as the setting says', async () => {
    const client = await startBound({ settings: { messagesPerPoll: 2 } });
    for (const text of ['1', '2', '3']) await client.userWrites(text);
    expect(texts(await client.poll())).toEqual(['1', '2']);
    expect(texts(await client.poll())).toEqual(['3']);
  });

  it('takes a cursor that it never gave, and notes it', async () => {
    const client = await startBound();
    await client.userWrites('hi');
    expect(texts(await client.poll('garbage'))).toEqual(['hi']);
    expect(client.reasons()).toEqual(['unknown_cursor']);
  });

  it('answers a foreign or stale cursor with -14 when asked to, and takes the empty one', async () => {
    const client = await startChat({ settings: { staleCursor: 'refuse' } });
    expect(await client.poll('garbage')).toMatchObject({ ret: -14 });
    await client.userWrites('hi');
    expect(texts(await client.poll(''))).toEqual(['hi']);
  });

  it('answers cursors from before expireCursor with -14, and newer ones well', async () => {
    const client = await startBound();
    await client.userWrites('1');
    const { get_updates_buf } = await client.poll();
    client.emulator.expireCursor(client.chat.bot_id);
    expect(await client.poll(get_updates_buf)).toMatchObject({ ret: -14 });
    await client.userWrites('2');
    const fresh = await client.poll('');
    await client.userWrites('3');
    expect(texts(await client.poll(fresh.get_updates_buf))).toEqual(['3']);
    expect(client.reasons()).toEqual(['stale_cursor']);
  });

  it('answers a held poll with -14 when its token ends', async () => {
    const client = await startBound();
    const poll = client.poll();
    await held(client);
    client.emulator.revoke(client.chat.bot_id);
    expect(await poll).toMatchObject({ ret: -14, errcode: -14 });
    expect(await client.poll()).toMatchObject({ ret: -14 });
  });

  it('ends the token of an account that logs in anew', async () => {
    const client = await startBound();
    const poll = client.poll();
    await held(client);
    const second = client.emulator.bind({ user_id: client.user });
    expect(await poll).toMatchObject({ ret: -14 });
    expect(second.ilink_bot_id).not.toBe(client.chat.bot_id);
  });

  it('delivers injected text exactly as it is', async () => {
    const client = await startBound();
    client.emulator.inject(client.chat.bot_id, '{"message_id":18446744073709551615,"item_list":"?"}');
    const text = await (await client.request('getupdates', { get_updates_buf: '' })).text();
    expect(text).toContain('"msgs":[{"message_id":18446744073709551615,"item_list":"?"}]');
  });

  it('refuses a cursor that is no text and warns of a missing one', async () => {
    const client = await startBound({ holdMs: 0 });
    expect(await client.post('getupdates', { get_updates_buf: 5 })).toMatchObject({ ret: -2 });
    expect(await client.post('getupdates', {})).toMatchObject({ ret: 0 });
    expect(client.reasons()).toEqual(['cursor_malformed', 'cursor_missing']);
  });
});

describe('a login that has lapsed without a code', () => {
  it.each([
    ['absent', { ret: 0 }],
    ['empty', { ret: 0, get_updates_buf: '' }],
  ] as const)('brings no msgs, and a cursor that is %s; messages wait', async (lapsed, answer) => {
    const client = await startBound({ holdMs: 1000 });
    const { emulator, chat } = client;
    const poll = client.poll();
    await held(client);
    emulator.settingsFor({ bot_id: chat.bot_id }, { lapsed });
    await client.userWrites('unheard');
    emulator.clock.advance(1000);
    expect(await poll).toEqual(answer);
    emulator.settingsFor({ bot_id: chat.bot_id }, { lapsed: 'no' });
    expect(texts(await client.poll())).toEqual(['unheard']);
  });
});

describe('the same messages in each poll', () => {
  it('come at once, until something new comes', async () => {
    const client = await startBound({ settings: { repeatMessages: true } });
    client.emulator.inject(client.chat.bot_id, '{}');
    expect((await client.poll()).msgs).toEqual([{}]);
    expect((await client.poll()).msgs).toEqual([{}]);
    await client.userWrites('new');
    expect(texts(await client.poll())).toEqual(['new']);
    expect(texts(await client.poll())).toEqual(['new']);
  });
});

describe('two polls of one bot at once', () => {
  it('take messages from each other, and are written down', async () => {
    const client = await startBound();
    const polls = [client.poll(), client.poll()];
    await held(client, 2);
    client.emulator.clock.advance(50);
    await client.userWrites('one');
    await client.userWrites('two');
    expect((await Promise.all(polls)).map(texts).sort()).toEqual([['one'], ['two']]);
    expect(client.reasons()).toEqual(['second_poll']);
  });

  it('or the second ends the first, when the settings say so', async () => {
    const client = await startBound({ settings: { secondPoll: 'replaces' } });
    const first = client.poll();
    await held(client);
    const second = client.poll();
    expect((await first).msgs).toEqual([]);
    await client.userWrites('one');
    expect(texts(await second)).toEqual(['one']);
    expect(client.reasons()).toEqual(['second_poll']);
  });
});
