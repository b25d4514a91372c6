import type { Fault } from '../../../emulator/faults';
import { prepareUpload, startChat, stopAll, until, uploadTo, WireClient } from './wire-client';

afterEach(stopAll);

const shownTexts = ({ emulator, chat }: WireClient) =>
  emulator
    .sees(chat.bot_id, chat.user_id)
    .filter(({ from }) => from === 'bot')
    .map(({ text }) => text);

async function withFault(fault: Omit<Fault, 'endpoint'>, endpoint: Fault['endpoint'] = 'sendmessage') {
  const client = await startChat();
  client.emulator.faults.add({ endpoint, ...fault });
  return client;
}

const sendRaw = (client: WireClient) =>
  client.request('sendmessage', {
    msg: {
      from_user_id: '',
      to_user_id: client.user,
      client_id: 'c1',
      message_type: 2,
      message_state: 2,
      item_list: [{ type: 1, text_item: { text: 'hi' } }],
    },
  });

describe('planned faults', () => {
  it('answers with the status of a gateway and an HTML page, and does not process', async () => {
    const client = await withFault({ status: 524 });
    const response = await sendRaw(client);
    expect(response.status).toBe(524);
    expect(await response.text()).toContain('<html>');
    expect(shownTexts(client)).toEqual([]);
    expect(client.emulator.requests('sendmessage')).toMatchObject([
      { status: 524, outcome: 'fault: status 524' },
    ]);
  });

  it('answers with HTML and status 200', async () => {
    const response = await sendRaw(await withFault({ body: 'html' }));
    expect([response.status, (await response.text()).startsWith('<!DOCTYPE html>')]).toEqual([200, true]);
  });

  it('answers with an empty body or any text', async () => {
    const client = await withFault({ body: 'empty' });
    client.emulator.faults.add({ endpoint: 'sendmessage', body: 'null' });
    expect(await (await sendRaw(client)).text()).toBe('');
    expect(await (await sendRaw(client)).text()).toBe('null');
  });

  it.each(['broken', 'stalled'] as const)('gives half of the real body, which is then %s', async (body) => {
    const client = await withFault({ body }, 'get_bot_qrcode');
    const abort = new AbortController();
    const half = await fetch(`${client.emulator.apiUrl}/ilink/bot/get_bot_qrcode?bot_type=3`, {
      method: 'POST',
      body: '{"local_token_list":[]}',
      signal: abort.signal,
    });
    const whole = Number(half.headers.get('content-length'));
    const reader = half.body!.getReader();
    let read = 0;
    while (read < Math.floor(whole / 2)) read += (await reader.read()).value!.length;
    expect(read).toBe(Math.floor(whole / 2));
    const rest = reader.read().then(
      () => 'came',
      () => 'failed',
    );
    if (body === 'stalled') abort.abort();
    expect(await rest).toBe('failed');
  });

  it('answers with the codes that were asked for', async () => {
    const client = await withFault({ errcode: -13, errmsg: 'busy' });
    expect(await client.send('hi')).toEqual({ errcode: -13, errmsg: 'busy' });
  });

  it('writes codes as text, and headers that were asked for', async () => {
    const client = await withFault({
      ret: '-14',
      headers: { 'retry-after': '5', 'content-type': 'text/html' },
    });
    const response = await sendRaw(client);
    expect([response.headers.get('retry-after'), response.headers.get('content-type')]).toEqual([
      '5',
      'text/html',
    ]);
    expect(await response.json()).toEqual({ ret: '-14' });
  });

  it('writes back what the request carried, in another form', async () => {
    const client = await withFault({ ret: -2, errmsg: 'bad {token:upper}: {text:percent}' });
    const { errmsg } = await client.send('hi');
    expect(errmsg).toBe(`bad ${client.login.bot_token.toUpperCase()}: %68%69`);
  });

  it('cuts the connection before the message is processed', async () => {
    const client = await withFault({ drop: 'before' });
    await expect(sendRaw(client)).rejects.toThrow();
    expect(shownTexts(client)).toEqual([]);
  });

  it('cuts the connection in the middle of a body', async () => {
    const client = await withFault({ drop: 'middle' }, 'cdn_upload');
    await expect(uploadTo(`${client.emulator.cdnUrl}/upload`, Buffer.alloc(5_000_000))).rejects.toThrow();
    const [request] = client.emulator.requests('cdn_upload');
    expect(request).toMatchObject({ outcome: 'fault: cut', body: undefined });
    expect(client.reasons()).toEqual([]);
  });

  it('cuts the connection after the message is shown, so that a repeat is found out', async () => {
    const client = await withFault({ drop: 'after' });
    await expect(sendRaw(client)).rejects.toThrow();
    expect(shownTexts(client)).toEqual(['hi']);
    expect(await (await sendRaw(client)).json()).toMatchObject({ ret: 0 });
    expect(shownTexts(client)).toEqual(['hi']);
    expect(client.reasons()).toEqual(['client_id_reused']);
  });

  it('cuts the JSON of an answer in half after processing', async () => {
    const client = await withFault({ body: 'truncated' });
    const text = await (await sendRaw(client)).text();
    expect(text.length).toBeGreaterThan(5);
    expect(() => JSON.parse(text)).toThrow();
    expect(shownTexts(client)).toEqual(['hi']);
  });

  it('takes the request, writes it down, and never answers', async () => {
    const client = await withFault({ silence: true });
    const controller = new AbortController();
    const held = client.request('sendmessage', {}, {}, controller.signal);
    await until(() => client.emulator.requests('sendmessage')[0]?.outcome === 'fault: silence');
    expect(client.emulator.requests('sendmessage')[0]?.body).toHaveProperty('base_info');
    controller.abort();
    await expect(held).rejects.toThrow();
  });

  it('waits on the emulator clock', async () => {
    const client = await withFault({ delayMs: 3_600_000 });
    const answer = client.send('late');
    await until(() => client.emulator.requests('sendmessage').length === 1);
    expect(shownTexts(client)).toEqual([]);
    await until(() => client.emulator.faults.pending().length === 0);
    client.emulator.clock.advance(3_600_000);
    expect(await answer).toMatchObject({ ret: 0 });
  });

  it('gives a poll an empty answer at once', async () => {
    const client = await withFault({ ret: 0 }, 'getupdates');
    expect(await client.poll()).toEqual({ ret: 0 });
  });

  it('loses the messages of a poll whose connection is cut after processing', async () => {
    const client = await withFault({ drop: 'after' }, 'getupdates');
    await client.userWrites('lost');
    await expect(client.poll()).rejects.toThrow();
    await client.userWrites('next');
    expect((await client.poll()).msgs).toMatchObject([{ item_list: [{ text_item: { text: 'next' } }] }]);
  });

  it('hits the requests of one bot, also those that it uploads', async () => {
    const client = await startChat();
    const other = new WireClient(client.emulator, client.emulator.bind());
    await other.userWrites();
    client.emulator.faults.add({ endpoint: '*', bot_id: other.chat.bot_id, times: 2, status: 503 });
    expect(await client.send('hi')).toMatchObject({ ret: 0 });
    expect((await sendRaw(other)).status).toBe(503);
    const { announcement, ciphertext } = prepareUpload(Buffer.from('file'), client.user, 3);
    const { upload_full_url } = await client.post('getuploadurl', announcement);
    client.emulator.faults.add({ endpoint: 'cdn_upload', bot_id: client.chat.bot_id, status: 507 });
    expect((await uploadTo(String(upload_full_url), ciphertext)).status).toBe(507);
  });

  it('hits the requests about one person, also when the connection is cut before', async () => {
    const client = await withFault({ user_id: 'friend@im.wechat', drop: 'before' });
    await client.emulator.write({ ...client.chat, user_id: 'friend@im.wechat', text: 'hi' });
    expect(await client.send('to the owner')).toMatchObject({ ret: 0 });
    await expect(client.send('to the friend', { to_user_id: 'friend@im.wechat' })).rejects.toThrow();
  });

  it('hits a poll of the person that owns the bot', async () => {
    const client = await startChat();
    client.emulator.faults.add({ endpoint: 'getupdates', user_id: client.user, ret: -1 });
    expect(await client.poll()).toEqual({ ret: -1 });
  });

  it('hits uploads and downloads too', async () => {
    const client = await withFault({ status: 500 }, 'cdn_upload');
    client.emulator.faults.add({ endpoint: 'cdn_download', drop: 'before' });
    expect((await uploadTo(`${client.emulator.cdnUrl}/upload`, Buffer.alloc(100_000))).status).toBe(500);
    await expect(fetch(`${client.emulator.cdnUrl}/download`)).rejects.toThrow();
  });
});

describe('a client that goes away', () => {
  it('is written down as aborted', async () => {
    const client = await startChat();
    const controller = new AbortController();
    const held = client.poll('', controller.signal);
    await until(() => client.emulator.polls(client.chat.bot_id) === 1);
    controller.abort();
    await expect(held).rejects.toThrow();
    await until(() => client.emulator.polls(client.chat.bot_id) === 0);
    await until(() => client.emulator.requests('getupdates').at(-1)?.outcome === 'aborted');
  });
});
