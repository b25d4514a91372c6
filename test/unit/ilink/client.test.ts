import { Agent } from 'undici';

import { ILinkClient } from '../../../ilink/client';
import { systemClock } from '../../../ilink/clock';
import { ILinkApiError, ILinkHttpError, ILinkReplyError } from '../../../ilink/errors';
import { readMessage } from '../../../ilink/incoming';
import { Transport } from '../../../ilink/transport';
import { HttpServer } from '../../support/http-server';

const TOKEN = 'bot-token-of-the-test';

describe('ILinkClient', () => {
  let server: HttpServer;
  let dispatcher: Agent;
  let client: ILinkClient;
  let uin: number;

  beforeEach(async () => {
    server = await new HttpServer().start();
    dispatcher = new Agent();
    uin = 1;
    const transport = new Transport({ dispatcher, clock: systemClock });
    const options = { apiBaseUrl: server.url, botToken: TOKEN, clientVersion: '2.4.9' };
    client = new ILinkClient(options, { transport, random: () => uin++ });
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await server.stop();
  });

  const answer = (body: string, status = 200): void => {
    server.handler = (_request, response) => response.writeHead(status).end(body);
  };
  const lastBody = (): Record<string, unknown> =>
    JSON.parse(server.seen.at(-1)!.body.toString()) as Record<string, unknown>;
  const base_info = {
    channel_version: '2.4.9',
    bot_agent: expect.stringMatching(/^n8n-nodes-wechat-ilink\//),
  };

  it('reads a poll to its end that is aborted after its answer has begun: it may bring messages', async () => {
    const abort = new AbortController();
    server.handler = (_request, response) => {
      response.writeHead(200).write('{"ret":0,"msgs":[{"a":1}');
      // The client has the beginning by then; a second is far less than what the abort leaves it.
      setTimeout(() => abort.abort(), 50);
      setTimeout(() => response.end(']}'), 150);
    };
    expect((await client.getUpdates('', 35_000, abort.signal)).messages).toEqual([readMessage({ a: 1 })]);
  });

  it('lets go of anything else at once', async () => {
    const abort = new AbortController();
    server.handler = (_request, response) => {
      response.writeHead(200).write('{"ret":0,');
      setTimeout(() => abort.abort(), 50);
      setTimeout(() => response.end('"typing_ticket":"t"}'), 150);
    };
    await expect(client.getConfig('u@im.wechat', undefined, abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('sends a message with every field without which the server drops it', async () => {
    answer('{"ret":0,"message_id":7479387652367114242}');
    const item = { type: 1, text_item: { text: 'hello' } };
    const sent = await client.sendMessage({
      to_user_id: 'u@im.wechat',
      client_id: 'c1',
      context_token: 't',
      item,
    });
    expect(sent).toEqual({ message_id: '7479387652367114242' });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/ilink/bot/sendmessage' });
    expect(lastBody()).toEqual({
      msg: {
        from_user_id: '',
        to_user_id: 'u@im.wechat',
        client_id: 'c1',
        message_type: 2,
        message_state: 2,
        context_token: 't',
        item_list: [item],
      },
      base_info,
    });
  });

  it.each(['', '{}'])('takes the answer "%s" for the old way of saying yes', async (body) => {
    answer(body);
    const item = { type: 1, text_item: { text: 'hello' } };
    expect(await client.sendMessage({ to_user_id: 'u', client_id: 'c', item })).toEqual({ isBare: true });
  });

  it.each([
    '{"ret":0}',
    '{"errcode":0}',
    '{"errmsg":"ok"}',
    '{"ret":"0"}',
    '{"ret":null,"errcode":""}',
    '{"ret":0,"message_id":"abc"}',
    '{"ret":0,"message_id":"-5"}',
    '{"ret":0,"message_id":1.5}',
    '{"ret":0,"message_id":[7]}',
    '{"ret":0,"message_id":true}',
    '{"ret":0,"message_id":0}',
    '{"ret":0,"message_id":"0"}',
    '{"ret":0,"message_id":""}',
    '{"ret":0,"message_id":null}',
    '{"ret":0,"message_id":{}}',
  ])('takes the answer "%s" for accepted without an id', async (body) => {
    answer(body);
    const item = { type: 1, text_item: { text: 'hello' } };
    expect(await client.sendMessage({ to_user_id: 'u', client_id: 'c', item })).toEqual({});
  });

  it('polls with the cursor and gives messages, the new cursor and the hold', async () => {
    answer(
      '{"ret":0,"msgs":[{"message_id":18446744073709551615}],"get_updates_buf":"b2","longpolling_timeout_ms":20000}',
    );
    const updates = await client.getUpdates('b1', 35_000);
    expect(updates).toEqual({
      answeredBy: server.url,
      messages: [readMessage({ message_id: '18446744073709551615' })],
      cursor: 'b2',
      holdMs: 20_000,
    });
    expect(lastBody()).toEqual({ get_updates_buf: 'b1', base_info });
  });

  it('does not take an empty cursor for a new one', async () => {
    answer('{"ret":0,"msgs":[],"get_updates_buf":""}');
    expect(await client.getUpdates('b1', 35_000)).not.toHaveProperty('cursor');
  });

  it.each(['{}', 'null', '0', '""', '"text"', 'true'])('takes %s for no messages', async (msgs) => {
    answer(`{"ret":0,"msgs":${msgs}}`);
    expect((await client.getUpdates('', 35_000)).messages).toEqual([]);
  });

  it('takes a message that stands in no list, because it will not come again', async () => {
    answer('{"ret":0,"msgs":{"a":1}}');
    expect((await client.getUpdates('', 35_000)).messages).toEqual([readMessage({ a: 1 })]);
  });

  it('takes messages whatever code stands beside them', async () => {
    answer('{"ret":-14,"errcode":"odd","msgs":[{"a":1}]}');
    expect((await client.getUpdates('', 35_000)).messages).toEqual([readMessage({ a: 1 })]);
  });

  it.each(['{"a":1}', '7', '[]', 'true'])('takes no cursor from %s, which is none', async (cursor) => {
    answer(`{"ret":0,"msgs":[{"a":1}],"get_updates_buf":${cursor}}`);
    expect(await client.getUpdates('', 35_000)).toEqual({
      answeredBy: server.url,
      messages: [readMessage({ a: 1 })],
      holdMs: 35_000,
    });
  });

  it('throws the code of an answer although the HTTP status is 200', async () => {
    answer('{"ret":-3,"errmsg":"invalid arguments"}');
    const failure = await client.getConfig('u').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ILinkApiError);
    expect(failure).toMatchObject({ errcode: -3, kind: 'wrong_recipient' });
  });

  it('keeps token, context token and text out of the error although the server repeats them', async () => {
    answer(JSON.stringify({ ret: -2, errmsg: `no ${TOKEN} ctx-1 my words` }));
    const item = { type: 1, text_item: { text: 'my words' } };
    const message = { to_user_id: 'u', client_id: 'c', context_token: 'ctx-1', item };
    const failure = (await client.sendMessage(message).catch((error: unknown) => error)) as ILinkApiError;
    expect(failure.facts).toEqual({
      endpoint: 'sendmessage',
      seen: { code: 'errcode', facts: { errcode: -2 } },
    });
  });

  it.each([
    ['{"ret":"-14"}', 'login_needed'],
    ['{"errcode":" -14 "}', 'login_needed'],
    ['{"ret":{},"errcode":-14}', 'login_needed'],
    ['{"ret":0,"errcode":"-3"}', 'wrong_recipient'],
  ])('reads the code of %s as what it means', async (body, kind) => {
    answer(body);
    await expect(client.getConfig('u')).rejects.toMatchObject({ kind });
  });

  it.each([
    '{"ret":{}}',
    '{"ret":[]}',
    '{"ret":true}',
    '{"ret":"failed"}',
    '{"ret":0,"errcode":{"code":0}}',
    '{"ret":1.5}',
    '{"ret":123456789012345678901234}',
  ])('calls %s unintelligible, and no code that is not known', async (body) => {
    answer(body);
    await expect(client.getConfig('u')).rejects.toMatchObject({ kind: 'unintelligible' });
  });

  it('gives what can be read of half an answer, and the rest as it came', async () => {
    answer('{"ret":0,"msgs":[{"message_id":"1"},{"mess');
    expect(await client.getUpdates('', 35_000)).toEqual({
      answeredBy: server.url,
      messages: [readMessage({ message_id: '1' })],
      unreadable: [{ reason: 'not_json', bytes: Buffer.from('{"mess'), size: 6 }],
      holdMs: 35_000,
    });
  });

  it.each([-14, -1, -7])('keeps what cannot be read although the code %i stands beside it', async (ret) => {
    answer(`{"ret":${ret},"msgs":[{"message_id":12.}],"get_updates_buf":"c"}`);
    const { messages, unreadable, cursor } = await client.getUpdates('', 35_000);
    expect([messages, unreadable?.length, cursor]).toEqual([[], 1, 'c']);
  });

  it('gives the messages of an answer whose connection broke, and fails when there is none', async () => {
    const broken = (text: string): void => {
      server.handler = (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write(text);
        setTimeout(() => response.destroy(), 20);
      };
    };
    broken('{"ret":0,"msgs":[{"message_id":"1"},{"message_id":"2');
    expect(await client.getUpdates('', 35_000)).toMatchObject({
      messages: [readMessage({ message_id: '1' })],
    });
    broken('{"ret":0,"msgs":[{"message_id":"1');
    await expect(client.getUpdates('', 35_000)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it.each([
    ['{}', true],
    ['', true],
    ['{"ret":0,"msgs":null,"get_updates_buf":""}', true],
    ['{"ret":0,"msgs":[]}', undefined],
    ['{"ret":0,"get_updates_buf":"c"}', undefined],
  ])('says of the answer "%s" whether it names neither messages nor a cursor: %s', async (body, bare) => {
    answer(body);
    expect((await client.getUpdates('', 35_000)).bare).toBe(bare);
  });

  it.each([
    ['a page', '<html><body>Login</body></html>'],
    ['the beginning of an answer', '{"ret":0,"ms'],
    ['a list', '[]'],
    ['a number', '42'],
  ])('refuses %s as an answer', async (_what, body) => {
    answer(body);
    await expect(client.getUpdates('', 35_000)).rejects.toBeInstanceOf(ILinkReplyError);
  });

  it('throws the HTTP status when it is not 2xx', async () => {
    answer('busy', 503);
    const failure = await client.getUpdates('', 35_000).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ILinkHttpError);
    expect(failure).toMatchObject({ status: 503, kind: 'server_trouble' });
  });

  it('asks for an upload address without thumbnails', async () => {
    answer('{"upload_full_url":"https://cdn/x"}');
    const upload = {
      filekey: 'f',
      media_type: 1,
      to_user_id: 'u',
      rawsize: 5,
      rawfilemd5: 'm',
      filesize: 16,
      aeskey: 'k',
    };
    expect(await client.getUploadUrl(upload)).toEqual({ upload_full_url: 'https://cdn/x' });
    expect(lastBody()).toEqual({ ...upload, no_need_thumb: true, base_info });
  });

  it('shows typing with ticket and status', async () => {
    await client.sendTyping('u', 'ticket', 1);
    expect(lastBody()).toEqual({ ilink_user_id: 'u', typing_ticket: 'ticket', status: 1, base_info });
  });

  it('says hello and goodbye', async () => {
    await client.notify('start');
    await client.notify('stop');
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/ilink/bot/msg/notifystart',
      '/ilink/bot/msg/notifystop',
    ]);
  });

  it('asks for a QR code without Authorization and base_info, and with an empty list of tokens', async () => {
    answer('{"qrcode":"q","qrcode_img_content":"https://w/q"}');
    expect(await client.getBotQrCode()).toEqual({ qrcode: 'q', qrcode_img_content: 'https://w/q' });
    expect(server.seen[0]!.url).toBe('/ilink/bot/get_bot_qrcode?bot_type=3');
    expect(server.seen[0]!.headers).not.toHaveProperty('authorization');
    expect(lastBody()).toEqual({ local_token_list: [] });
  });

  it('asks for the state of a login with the app headers only', async () => {
    answer('{"status":"wait"}');
    expect(await client.getQrCodeStatus('a b', '42')).toEqual({ status: 'wait' });
    const { method, url, headers } = server.seen[0]!;
    expect([method, url]).toEqual(['GET', '/ilink/bot/get_qrcode_status?qrcode=a+b&verify_code=42']);
    expect(headers).toMatchObject({ 'ilink-app-id': 'bot', 'ilink-app-clientversion': '132105' });
    for (const name of ['authorization', 'authorizationtype', 'x-wechat-uin'])
      expect(headers).not.toHaveProperty(name);
  });

  it('keeps a path that is part of the base address', async () => {
    const transport = new Transport({ dispatcher, clock: systemClock });
    const behindPath = new ILinkClient(
      { apiBaseUrl: `${server.url}/proxy/`, botToken: TOKEN },
      { transport, random: () => 1 },
    );
    await behindPath.notify('start');
    expect(server.seen[0]!.url).toBe('/proxy/ilink/bot/msg/notifystart');
  });
});
