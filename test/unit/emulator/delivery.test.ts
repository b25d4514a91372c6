import { joined, repeated } from '../../../emulator/delivery';
import { startBound, stopAll } from './wire-client';

afterEach(stopAll);

describe('joined', () => {
  it('puts commas between texts, and between bytes that are no text', () => {
    expect(
      joined([
        { json: '1', count: 1 },
        { json: '2,3', count: 2 },
      ]),
    ).toEqual({ json: '1,2,3', count: 3 });
    const bytes = joined([
      { json: '1', count: 1 },
      { json: Buffer.from([0xff]), count: 1 },
    ]);
    expect(bytes).toEqual({ json: Buffer.from([0x31, 0x2c, 0xff]), count: 2 });
  });
});

describe('repeated', () => {
  it('numbers each message where the text asks for it', () => {
    expect(repeated('{"seq":{n}}', 3)).toEqual({ json: '{"seq":0},{"seq":1},{"seq":2}', count: 3 });
    expect(repeated('{}', 2)).toEqual({ json: '{},{}', count: 2 });
    expect(repeated(Buffer.from('x'), 2)).toEqual({ json: Buffer.from('x,x'), count: 2 });
  });
});

describe('deliver', () => {
  it('keeps messages back until all of them go out in one answer', async () => {
    const client = await startBound({ settings: { batchDelayMs: 60_000 } });
    const poll = client.poll();
    await client.userWrites('one');
    client.emulator.clock.advance(30_000);
    await client.userWrites('two');
    client.emulator.clock.advance(30_000);
    expect((await poll).msgs).toHaveLength(2);
  });

  it('gives a bad message together with good neighbours', async () => {
    const client = await startBound();
    const poll = client.request('getupdates', { get_updates_buf: '' });
    const [, bad] = await client.emulator.writeTogether([
      { ...client.chat, text: 'before' },
      { ...client.chat, text: 'bad', spoiled: 'bad_byte' },
      { ...client.chat, text: 'after' },
    ]);
    const bytes = Buffer.from(await (await poll).arrayBuffer());
    expect(bytes.includes(0xff)).toBe(true);
    expect([bytes.includes('before'), bytes.includes('after'), bytes.includes(bad!.message_id)]).toEqual([
      ...[true, true, true],
    ]);
  });

  it('takes messages to one bot only together', async () => {
    const client = await startBound();
    const other = client.emulator.bind();
    const elsewhere = { bot_id: other.ilink_bot_id, user_id: other.ilink_user_id, text: 'b' };
    await expect(client.emulator.writeTogether([{ ...client.chat, text: 'a' }, elsewhere])).rejects.toThrow(
      'one bot',
    );
  });
});

describe('what a person wrote', () => {
  it('is known to have been given when the answer with it was written, and not when that was cut off', async () => {
    const client = await startBound();
    const given = () =>
      client.emulator.sees(client.chat.bot_id, client.user).map((seen) => seen.given === true);
    await client.userWrites('one');
    expect(given()).toEqual([false]);
    await client.poll();
    client.emulator.faults.add({ endpoint: 'getupdates', body: 'truncated' });
    await client.userWrites('two');
    await client.request('getupdates', { get_updates_buf: '' });
    expect(given()).toEqual([true, false]);
  });

  it('was not given when the client went away in the middle of the answer, and the request says so', async () => {
    const client = await startBound();
    const { emulator, chat } = client;
    // More than the system takes for a client that reads nothing.
    emulator.inject(chat.bot_id, `{"filler":"${'x'.repeat(64_000_000)}"}`);
    await client.userWrites('behind it');
    const response = await client.request('getupdates', { get_updates_buf: '' });
    const [record] = emulator.requests('getupdates');
    expect(record).toMatchObject({ outcome: 'ok, 2 messages' });
    expect(record).not.toHaveProperty('unreadAt');
    await response.body!.cancel();
    while (record!.unreadAt === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(emulator.sees(chat.bot_id, client.user)[0]).not.toHaveProperty('given');
  });
});
